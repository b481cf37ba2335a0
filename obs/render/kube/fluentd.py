"""Fluentd on every node, and the aggregators: accounts, workloads, network, as the logging half needs them."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from obs.conventions import INSTANCE_LABEL, STACK_LABEL
from obs.model.logging import Logging, LogPlan
from obs.model.plan import Plan
from obs.model.platform import Workload
from obs.render.fluentd_delivery import AGGREGATOR, CERTIFICATES, FORWARD_PORT
from obs.render.fluentd_sizes import Sizes, sizes
from obs.render.fluentd_sources import METRICS_PORT, NAME, STATE
from obs.render.kube.access import cluster_access, rule
from obs.render.kube.base import namespace
from obs.render.kube.labels import common, metadata, selector
from obs.render.kube.network import api_server, coming_from, default_deny, dns, going_to, outside, pods, policy
from obs.render.kube.pods import pod_template
from obs.render.kube.probes import Probes
from obs.render.kube.program import Home, Manifest, Port, Program, Volume
from obs.render.kube.search import AUTHORITY, CLIENTS, authority
from obs.render.kube.stack import from_prometheus
from obs.render.kube.volumes import folder, host, scratch, secret_files
from obs.render.kube.workloads import disruption_budget, service_account

CONFIG = f"{NAME}-config"
AGGREGATOR_CONFIG = f"{AGGREGATOR}-config"
KEYS_SECRET = f"{NAME}-keys"
FORWARD_SECRET = f"{NAME}-forward"
PRIORITY = 1_000_000_000
"""The highest a cluster's own classes may have: without this pod nobody learns why the others fail."""
DOCKER = "/var/lib/docker/containers"
ARGUMENTS = ("-c", "/fluentd/etc/fluent.conf", "-p", "/fluentd/etc")
"""One worker needs no supervisor: the kubelet is one, and the process would cost 80 MiB."""
GRACE_SECONDS = 60
NOTES = {
    "ignore-check.kube-linter.io/sensitive-host-mounts": "reads the node's logs, read-only, and writes one folder",
    "ignore-check.kube-linter.io/writable-host-mount": "positions and buffers must outlive the pod",
    "ignore-check.kube-linter.io/run-as-non-root": "log files belong to root and nobody else may read them; every "
    "capability is dropped, so that root here can do nothing but that",
    "polaris.fairwinds.com/hostPathSet-exempt": "true",
    "polaris.fairwinds.com/runAsRootAllowed-exempt": "true",
}
"""The two linters' own words for reasoned exceptions."""
_ENVIRONMENT = "Fluentd's configuration takes what is secret from the environment"
SECRET_NOTES = {
    "ignore-check.kube-linter.io/env-var-secret": _ENVIRONMENT,
    "ignore-check.kube-linter.io/read-secret-from-env-var": _ENVIRONMENT,
    "polaris.fairwinds.com/sensitiveContainerEnvVar-exempt": "true",
}


def base(plan: Plan, logs: LogPlan) -> Iterator[Manifest]:
    """The namespace, unless it is the stack's own; its default refusal; the priority class of the agents."""
    stack, name = plan.platform.stack, logs.logging.namespace
    if name not in (stack.namespace, stack.agents_namespace):
        yield namespace(name, level="privileged", part_of=plan.platform.name)
        yield default_deny(name, part_of=plan.platform.name)
    yield {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {
            "name": priority_class(logs.logging),
            "labels": common(part_of=plan.platform.name, component="scheduling"),
        },
        "description": "The log pipeline: on a full node it stays, because what happens there must be told.",
        "value": PRIORITY,
    }


def manifests(plan: Plan, logs: LogPlan) -> Iterator[Manifest]:
    """The daemon set and what stands around it."""
    told = program(plan, logs)
    yield service_account(told)
    yield daemon_set(told, logs)
    ingress = [from_prometheus(told, stack_namespace=plan.platform.stack.namespace)]
    yield policy(told, ingress=ingress, egress=[dns(), api_server(), _onwards(logs.logging)])


def access(plan: Plan, logs: LogPlan) -> Iterator[Manifest]:
    """Pods may be read one by one: names and labels, nothing else of the cluster."""
    yield from cluster_access(program(plan, logs), [rule(["pods"], verbs=("get",))])


def aggregator(plan: Plan, logs: LogPlan) -> Iterator[Manifest]:
    """The tier between nodes and Elasticsearch, where the spec asks for one."""
    if not logs.logging.aggregator.enabled:
        return
    told = aggregator_program(plan, logs)
    yield service_account(told)
    yield stateful_set(told, logs)
    yield headless(told)
    yield disruption_budget(told)
    nodes = coming_from([pods({INSTANCE_LABEL: NAME})], ports=["forward"])
    watched = from_prometheus(told, stack_namespace=plan.platform.stack.namespace, ports=("metrics",))
    yield policy(told, ingress=[nodes, watched], egress=[dns(), to_elasticsearch(logs.logging)])


def program(plan: Plan, logs: LogPlan) -> Program:
    """Fluentd as it runs on each node."""
    volumes = [
        Volume(name="config", path="/fluentd/etc", source={"configMap": {"name": CONFIG}}),
        host("pods", "/var/log/pods", host_path="/var/log/pods"),
        host("journal", "/var/log/journal", host_path="/var/log/journal"),
        Volume(name="state", path=STATE, source=_state(), writable=True),
        _certificates({FORWARD_SECRET if logs.logging.aggregator.enabled else authority(logs.logging): (AUTHORITY,)}),
        scratch("tmp", "/tmp", size="64Mi"),
    ]
    if logs.logging.runtime != "containerd":
        volumes.append(host("docker", DOCKER, host_path=DOCKER))
    if logs.logging.audit_log:
        kept = str(PurePosixPath(logs.logging.audit_log).parent)
        volumes.append(host("audit", kept, host_path=kept))
    return Program(
        name=NAME,
        role="logs",
        home=home(plan, logs),
        image=plan.platform.stack.images[NAME],
        size=_workload(sizes(logs.logging.volume, logs.logging.workers)),
        uid=0,
        ports=(Port(name="metrics", number=METRICS_PORT),),
        probes=Probes(live="/metrics", ready="/metrics", port="metrics", start_seconds=120),
        arguments=(*ARGUMENTS, *(("--no-supervisor",) if logs.logging.workers == 1 else ())),
        pod_fields=(("K8S_NODE_NAME", "spec.nodeName"),),
        volumes=tuple(volumes),
        calls_api=True,
        grace_seconds=GRACE_SECONDS,
    )


def aggregator_program(plan: Plan, logs: LogPlan) -> Program:
    """Fluentd as it runs between nodes and Elasticsearch: no file of a node, so an ordinary user."""
    size = sizes(logs.logging.volume)
    share = max(1, logs.logging.volume.nodes // logs.logging.aggregator.replicas)
    return Program(
        name=AGGREGATOR,
        role="logs",
        application=NAME,  # one job of Prometheus scrapes both tiers
        home=home(plan, logs),
        image=plan.platform.stack.images[NAME],
        size=_workload(size, replicas=logs.logging.aggregator.replicas, share=share),
        uid=1000,
        ports=(Port(name="metrics", number=METRICS_PORT), Port(name="forward", number=FORWARD_PORT)),
        probes=Probes(live="/metrics", ready="/metrics", port="metrics", start_seconds=120),
        arguments=(*ARGUMENTS, "--no-supervisor"),
        pod_fields=(("POD_NAME", "metadata.name"), ("K8S_NODE_NAME", "spec.nodeName")),
        volumes=(
            Volume(name="config", path="/fluentd/etc", source={"configMap": {"name": AGGREGATOR_CONFIG}}),
            Volume(name="state", path=STATE, source={}, writable=True),
            _certificates({FORWARD_SECRET: ("tls.crt", "tls.key"), authority(logs.logging): (AUTHORITY,)}),
            scratch("tmp", "/tmp", size="64Mi"),
        ),
        grace_seconds=GRACE_SECONDS,
    )


def daemon_set(told: Program, logs: LogPlan) -> Manifest:
    """On every node, whatever its taints; one node in ten may be without it while it is replaced."""
    template = pod_template(told)
    spec = template["spec"]
    del spec["topologySpreadConstraints"]  # a daemon set has one pod per node anyway
    spec["tolerations"] = [{"operator": "Exists"}]
    spec["securityContext"] = {"runAsGroup": 0, "runAsUser": 0, "seccompProfile": {"type": "RuntimeDefault"}}
    (container,) = spec["containers"]
    container["securityContext"].pop("runAsNonRoot")
    container["env"] += _secrets(logs.logging)
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": metadata(told, annotations=NOTES | SECRET_NOTES),
        "spec": {
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": selector(told)},
            "template": template,
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}},
        },
    }


def stateful_set(told: Program, logs: LogPlan) -> Manifest:
    """Aggregators keep their buffers on volumes of their own."""
    template = pod_template(told)
    (container,) = template["spec"]["containers"]
    container["env"] += [
        secret_variable("ES_API_KEY", CLIENTS, "api-key"),
        secret_variable("FORWARD_KEY", KEYS_SECRET, "forward-key"),
        secret_variable("PSEUDONYM_KEY", KEYS_SECRET, "pseudonym-key"),
    ]
    claim = {
        "metadata": {"name": "state", "labels": selector(told)},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": told.size.storage}}},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata(told, annotations=SECRET_NOTES),
        "spec": {
            "podManagementPolicy": "Parallel",
            "replicas": told.size.replicas,
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": selector(told)},
            "serviceName": AGGREGATOR,
            "template": template,
            "volumeClaimTemplates": [claim],
        },
    }


def headless(told: Program) -> Manifest:
    """The name under which nodes find every aggregator."""
    ports = [{"name": p.name, "port": p.number, "targetPort": p.name} for p in told.ports]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(told),
        "spec": {"clusterIP": "None", "ports": ports, "selector": selector(told)},
    }


def priority_class(logging: Logging) -> str:
    """Name of the agents' priority class."""
    return f"{logging.namespace}-agents"


def home(plan: Plan, logs: LogPlan) -> Home:
    """The namespace of the pipeline, and what its pods share."""
    return Home(
        namespace=logs.logging.namespace,
        part_of=plan.platform.name,
        priority_class=priority_class(logs.logging),
        label_key=plan.platform.stack.label_key,
    )


def _workload(size: Sizes, *, replicas: int = 1, share: int = 1) -> Workload:
    """Computed, not chosen: docs/logging.md has the formula. `share` nodes send to one aggregator."""
    return Workload(
        replicas=replicas,
        cpu_request=f"{size.cpu_request * share}m",
        cpu_limit=f"{min(1500, size.cpu_limit * share)}m",
        memory_request=f"{size.memory_request}Mi",
        memory_limit=f"{size.memory_limit}Mi",
        storage=f"{size.disk * share}Mi",
    )


def _state() -> Manifest:
    return {"hostPath": {"path": STATE, "type": "DirectoryOrCreate"}}


def _certificates(secrets: Mapping[str, tuple[str, ...]]) -> Volume:
    """Only the named keys: what is told by the environment is no file as well."""
    sources = [secret_files(name, [(key, key) for key in keys]) for name, keys in secrets.items()]
    return folder("certificates", CERTIFICATES, sources)


def _secrets(logging: Logging) -> list[Manifest]:
    own = (
        ("FORWARD_KEY", KEYS_SECRET, "forward-key")
        if logging.aggregator.enabled
        else ("ES_API_KEY", CLIENTS, "api-key")
    )
    return [secret_variable(*own), secret_variable("PSEUDONYM_KEY", KEYS_SECRET, "pseudonym-key")]


def secret_variable(name: str, secret: str, key: str) -> Manifest:
    """An environment variable with a key of a secret as its value."""
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def _onwards(logging: Logging) -> Manifest:
    if logging.aggregator.enabled:
        return going_to([pods({INSTANCE_LABEL: AGGREGATOR})], ports=[str(FORWARD_PORT)])
    return to_elasticsearch(logging)


def to_elasticsearch(logging: Logging) -> Manifest:
    """The pods beside us, or the port of somebody else's address."""
    if logging.elasticsearch.placement != "external":
        return going_to([pods({STACK_LABEL: "elasticsearch"})], ports=["9200"])
    host_port = logging.endpoint.partition("://")[2].partition("/")[0].rpartition(":")
    return outside(host_port[2] if host_port[0] else "443")
