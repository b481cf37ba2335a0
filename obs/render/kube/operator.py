"""Operator mode: rules, monitors and probes as objects that a Prometheus operator already on the cluster picks up."""

from collections.abc import Iterator, Mapping
from typing import Any

from obs.conventions import dashed
from obs.model.plan import Job, Plan, RuleGroup
from obs.render.kube.labels import common
from obs.render.kube.program import Manifest
from obs.render.kube.prometheus import SECRET
from obs.render.kube.stack import scraped
from obs.render.prometheus import rule_file
from obs.render.scrape import SERVICE_ACCOUNT, exporter_address, probe_targets, scrape_config

API = "monitoring.coreos.com/v1"
KUBELET = {"k8s-app": "kubelet"}
"""Labels of the Service that the operator itself keeps for the kubelets, in kube-system."""
OPERATOR_LABELS = {"regex": "container|endpoint", "action": "labeldrop"}
"""The operator puts these on every target; standalone mode does not have them, and neither may series of ours."""
NODE_OF_ENDPOINT = tuple(f"__meta_kubernetes_{role}_address_target_name" for role in ("endpoint", "endpointslice"))
CAMEL = {
    "source_labels": "sourceLabels",
    "target_label": "targetLabel",
}


def manifests(plan: Plan) -> Iterator[tuple[str, Manifest]]:
    """(file name, object): a PrometheusRule per component, a monitor or probe per job."""
    for name, groups in sorted(plan.rule_files.items()):
        yield f"rules-{dashed(name)}.yaml", prometheus_rule(plan, dashed(name), groups)
    for job in scraped(plan):
        yield f"{_kind(job).lower()}-{job.name}.yaml", monitor(plan, job)


def prometheus_rule(plan: Plan, name: str, groups: tuple[RuleGroup, ...]) -> Manifest:
    """The rules of one rule file, as it has them."""
    return _object(plan, "PrometheusRule", f"obs-{name}", rule_file(groups))


def monitor(plan: Plan, job: Job) -> Manifest:
    """What has this job scraped, with the labels standalone mode gives its targets."""
    spec = {"Probe": _probe, "ServiceMonitor": _service_monitor, "PodMonitor": _pod_monitor}[_kind(job)](plan, job)
    return _object(plan, _kind(job), f"obs-{job.name}", spec)


def _kind(job: Job) -> str:
    return {"probe": "Probe", "kubelet": "ServiceMonitor"}.get(job.kind, "PodMonitor")


def _object(plan: Plan, kind: str, name: str, spec: Manifest) -> Manifest:
    stack = plan.platform.stack
    labels = common(part_of=plan.platform.name, component="metrics") | dict(stack.operator_labels)
    about = {"name": name, "namespace": stack.namespace, "labels": labels}
    return {"apiVersion": API, "kind": kind, "metadata": about, "spec": spec}


def _pod_monitor(plan: Plan, job: Job) -> Manifest:
    config = scrape_config(plan, job)
    # A numbered port need not be declared by the pod: the relabelling writes it into the address instead.
    port = {} if job.port.isdigit() else {"port": job.port}
    endpoint = (
        port | _endpoint(plan, config, job) | {"relabelings": [_set_job(job), OPERATOR_LABELS, *_relabelling(config)]}
    )
    return _limits(config) | {
        "attachMetadata": {"node": True},
        "namespaceSelector": {"matchNames": [job.namespace]},
        "podMetricsEndpoints": [endpoint],
        "selector": {"matchLabels": dict(job.selector)},
    }


def _service_monitor(plan: Plan, job: Job) -> Manifest:
    """Kubelets are no pods; the operator keeps a Service with an endpoint for each."""
    config = scrape_config(plan, job)
    node = {"sourceLabels": list(NODE_OF_ENDPOINT), "separator": "", "regex": "(.+)"}
    steps = [step for step in _relabelling(config) if "__meta_kubernetes_node_name" not in step.get("sourceLabels", [])]
    named = [node | {"targetLabel": label} for label in ("instance", "node")]
    dropped = {"regex": "container|endpoint|namespace|pod|service", "action": "labeldrop"}
    endpoint = _endpoint(plan, config, job) | {
        "bearerTokenFile": f"{SERVICE_ACCOUNT}/token",
        "port": "https-metrics",
        "relabelings": [_set_job(job), dropped, *steps, *named],
        "tlsConfig": {"caFile": f"{SERVICE_ACCOUNT}/ca.crt"},
    }
    return _limits(config) | {
        "attachMetadata": {"node": True},
        "endpoints": [endpoint],
        "namespaceSelector": {"matchNames": ["kube-system"]},
        "selector": {"matchLabels": KUBELET},
    }


def _probe(plan: Plan, job: Job) -> Manifest:
    """The operator writes the target into the parameter and the exporter into the address; the labels remain to us."""
    config = scrape_config(plan, job)
    steps = [step for step in _relabelling(config) if not step.get("targetLabel", "__").startswith("__")]
    static = {"static": list(probe_targets(job)), "relabelingConfigs": steps}
    found = {
        "interval": plan.platform.stack.scrape_interval,
        "jobName": job.name,
        "metricRelabelings": [_camel(step) for step in config.get("metric_relabel_configs", [])],
        "prober": {"path": config["metrics_path"], "scheme": job.scheme, "url": exporter_address(plan, job)},
        "targets": {"staticConfig": static},
    }
    return _limits(config) | found | (_tls(config) if job.scheme == "https" else {})


def _endpoint(plan: Plan, config: Mapping[str, Any], job: Job) -> Manifest:
    found: Manifest = {
        "interval": plan.platform.stack.scrape_interval,
        "metricRelabelings": [_camel(step) for step in config.get("metric_relabel_configs", [])],
        "path": config["metrics_path"],
        "scheme": job.scheme,
    }
    found |= {"params": config["params"]} if "params" in config else {}
    found |= {"honorLabels": True} if config.get("honor_labels") else {}
    return found | (_tls(config) if job.scheme == "https" and job.kind != "kubelet" else {})


def _tls(config: Mapping[str, Any]) -> Manifest:
    authority = {"secret": {"name": SECRET, "key": "ca.crt"}}
    return {"tlsConfig": {"ca": authority, "serverName": config["tls_config"]["server_name"]}}


def _limits(config: Mapping[str, Any]) -> Manifest:
    return {"sampleLimit": config["sample_limit"]} if "sample_limit" in config else {}


def _set_job(job: Job) -> Manifest:
    return {"targetLabel": "job", "replacement": job.name}


def _relabelling(config: Mapping[str, Any]) -> list[Manifest]:
    return [_camel(step) for step in config["relabel_configs"]]


def _camel(step: Mapping[str, Any]) -> Manifest:
    return {CAMEL.get(key, key): value for key, value in step.items()}
