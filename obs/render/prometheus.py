"""Prometheus: the rule files, and the whole configuration for standalone mode."""

from collections.abc import Iterator
from typing import Any

from obs.conventions import GENERATED, STACK_LABEL, duration, rules_path, seconds
from obs.model.artifact import Artifact
from obs.model.plan import Job, Plan, Rule, RuleGroup
from obs.model.platform import RemoteWrite
from obs.printer import to_yaml
from obs.render.expressions import laid_out
from obs.render.scrape import SAMPLES, SECRETS, pods, running_port, scrape_config

CONFIG_PATH = "alerts/prometheus.yaml"
REPLICA = "replica"
"""External label that tells the replicas apart; POD_NAME comes from the pod's own field. Alerts are sent without it."""

ALERTMANAGER_PORT = "http"


def render(plan: Plan) -> Iterator[Artifact]:
    """Every rule file; the configuration too, unless an operator writes its own."""
    header = GENERATED.format(spec=plan.platform.spec_name)
    for name, groups in sorted(plan.rule_files.items()):
        yield Artifact(path=rules_path(name), text=to_yaml(rule_file(groups), header=header))
    if plan.platform.stack.mode == "standalone":
        yield Artifact(path=CONFIG_PATH, text=to_yaml(configuration(plan), header=header))


def rule_file(groups: tuple[RuleGroup, ...]) -> dict[str, Any]:
    """A rule file, or the spec of a PrometheusRule, as plain data."""
    return {"groups": [_group(group) for group in groups]}


def _group(group: RuleGroup) -> dict[str, Any]:
    timing = {"interval": group.interval} if group.interval else {}
    return {"name": group.name, **timing, "rules": [_rule(rule) for rule in group.rules]}


def _rule(rule: Rule) -> dict[str, Any]:
    name = {"alert": rule.alert} if rule.alert else {"record": rule.record}
    hold = {"for": rule.hold} if rule.hold and seconds(rule.hold) else {}
    labels = {"labels": dict(rule.labels)} if rule.labels else {}
    annotations = {"annotations": dict(rule.annotations)} if rule.annotations else {}
    return {**name, "expr": laid_out(rule.expr), **hold, **labels, **annotations}


def configuration(plan: Plan) -> dict[str, Any]:
    """The whole prometheus.yaml as plain data; paths are relative to it, so that it can be checked where it lies."""
    found: dict[str, Any] = {
        "global": _global(plan),
        "rule_files": ["rules/*.yaml"],
        "alerting": _alerting(plan),
        "scrape_configs": [scrape_config(plan, job) for job in _scraped(plan)],
    }
    writes = [_remote_write(write) for write in plan.platform.stack.remote_write]
    return found | ({"remote_write": writes} if writes else {})


def _scraped(plan: Plan) -> list[Job]:
    return sorted((job for job in plan.jobs if job.scraped), key=lambda job: job.name)


def _global(plan: Plan) -> dict[str, Any]:
    stack = plan.platform.stack
    timeout = min(10.0, seconds(stack.scrape_interval))
    labels = {"cluster": plan.platform.cluster, "environment": plan.platform.environment, REPLICA: "${POD_NAME}"}
    return {
        "scrape_interval": stack.scrape_interval,
        "scrape_timeout": duration(timeout),
        "evaluation_interval": stack.evaluation_interval,
        "external_labels": {label: value for label, value in labels.items() if value},
        **LIMITS,
    }


LIMITS: dict[str, Any] = {
    "body_size_limit": "64MB",
    "sample_limit": SAMPLES,
    "label_limit": 64,
    "label_name_length_limit": 128,
    "label_value_length_limit": 2048,
    "target_limit": 2000,
    "keep_dropped_targets": 100,
}
"""A scrape beyond one of these fails and says so (`up` is 0) before it can fill the server. The largest page measured,
RabbitMQ's detailed one at ten thousand queues, has 4.4 MB and 50,006 series with five series per queue."""


def _alerting(plan: Plan) -> dict[str, Any]:
    """Every Alertmanager replica by itself: they share what they have sent, so each must hear of every alert."""
    namespace, selector, port = _alertmanager(plan)
    found = {
        "kubernetes_sd_configs": [{k: v for k, v in pods(namespace, selector).items() if k != "attach_metadata"}],
        "relabel_configs": running_port(port),
    }
    return {
        "alert_relabel_configs": [{"regex": REPLICA, "action": "labeldrop"}],
        "alertmanagers": [found],
    }


def _alertmanager(plan: Plan) -> tuple[str, tuple[tuple[str, str], ...], str]:
    """Where the Alertmanagers run: as their own scrape job says, or the stack's convention."""
    stack = plan.platform.stack
    for job in plan.jobs:
        if job.component == "monitoring" and job.source == "alertmanager":
            return job.namespace, job.selector, job.port
    return stack.namespace, ((STACK_LABEL, "alertmanager"),), ALERTMANAGER_PORT


def _remote_write(write: RemoteWrite) -> dict[str, Any]:
    found: dict[str, Any] = {"url": write.url}
    if write.username:
        found["basic_auth"] = {"username": write.username, "password_file": _secret(write.password_file)}
    elif write.bearer_token_file:
        found["authorization"] = {"credentials_file": _secret(write.bearer_token_file)}
    return found


def _secret(name: str) -> str:
    return name if name.startswith("/") else f"{SECRETS}/{name}"
