"""Prometheus: two replicas that each scrape and evaluate everything, so that either may be missed."""

import math
from collections.abc import Iterator
from itertools import groupby
from urllib.parse import SplitResult, urlsplit

from obs.conventions import dashed
from obs.model.plan import Job, Plan
from obs.render.kube.access import cluster_access, namespace_access, rule
from obs.render.kube.labels import NAME, selector
from obs.render.kube.network import api_server, coming_from, dns, going_to, outside, pods, policy
from obs.render.kube.node_exporter import NUMBER as NODE_PORT
from obs.render.kube.node_exporter import needs_network
from obs.render.kube.probes import Probes
from obs.render.kube.program import Manifest, Port, Program, Volume, home
from obs.render.kube.secrets import keys_under
from obs.render.kube.stack import ALERTMANAGER, GRAFANA, PROMETHEUS, exporter_name, image_and_size, port_name, scraped
from obs.render.kube.volumes import files, folder, scratch, secret_files
from obs.render.kube.workloads import disruption_budget, service, service_account, stateful_set
from obs.render.prometheus import configuration
from obs.render.scrape import SECRETS

FOLDER = "/etc/prometheus"
CONFIG_MAP = "prometheus-config"
SECRET = "prometheus-secrets"
UID = 65534
"""The user `nobody` of the official image."""
KUBELET_PORT = "10250"
RETAINED = 0.85
"""Share of the volume blocks may fill: Prometheus' storage documentation advises 80 to 85 %."""


def manifests(plan: Plan) -> Iterator[Manifest]:
    """Everything around Prometheus except its access rights."""
    told = program(plan)
    yield service_account(told)
    yield stateful_set(told, claim="data", storage_class=plan.platform.stack.storage_class)
    # Each replica's samples differ by milliseconds: a reader that hopped between them would see graphs twitch.
    yield service(told, sticky=True)
    yield service(told, headless=True)
    yield disruption_budget(told)
    yield policy(told, ingress=list(_ingress(told)), egress=list(_egress(plan, told)))


def access(plan: Plan) -> Iterator[Manifest]:
    """What Prometheus may read: pods of the namespaces it scrapes, nodes and their zone labels, kubelet metrics."""
    told = program(plan)
    by_node = {job.kind for job in scraped(plan)}
    rules = [rule(["nodes"])] + ([rule(["nodes/metrics"], verbs=("get",))] if "kubelet" in by_node else [])
    yield from cluster_access(told, rules)
    for namespace in discovered_namespaces(plan):
        yield from namespace_access(told, namespace, [rule(["pods"])])


def discovered_namespaces(plan: Plan) -> tuple[str, ...]:
    """Namespaces in which Prometheus looks for pods: those of its jobs, and its own for the Alertmanagers."""
    found = {job.namespace for job in scraped(plan) if job.kind in ("pods", "node")}
    return tuple(sorted(found | {plan.platform.stack.namespace}))


def program(plan: Plan) -> Program:
    """Prometheus as it runs here."""
    image, size = image_and_size(plan, PROMETHEUS)
    stack = plan.platform.stack
    port = port_name(plan, PROMETHEUS, otherwise="http")
    return Program(
        name=PROMETHEUS,
        role="metrics",
        home=home(plan),
        image=image,
        size=size,
        uid=UID,
        ports=(Port(name=port, number=9090),),
        # Replaying the write-ahead log after a crash takes minutes on a full head block.
        probes=Probes(live="/-/healthy", ready="/-/ready", port=port, start_seconds=900),
        arguments=(
            f"--config.file={FOLDER}/prometheus.yaml",
            "--storage.tsdb.path=/prometheus",
            f"--storage.tsdb.retention.time={stack.retention}",
            f"--storage.tsdb.retention.size={retention_size(size.storage)}",
            f"--web.external-url={plan.platform.links.prometheus}",
            "--web.route-prefix=/",  # whatever path the outside URL has, probes and Grafana ask the root
        ),
        volumes=(
            folder("config", FOLDER, list(_sources(plan))),
            Volume(name="data", path="/prometheus", source={}, writable=True),
            scratch("tmp", "/tmp", size="64Mi"),
        ),
        pod_fields=(("POD_NAME", "metadata.name"),),
        calls_api=True,
        grace_seconds=600,
    )


def config_maps(plan: Plan) -> Iterator[tuple[str, str]]:
    """(ConfigMap, file below alerts/): one per file, so that none comes near the limit and a change moves one."""
    yield CONFIG_MAP, "prometheus.yaml"
    for name in sorted(map(dashed, plan.rule_files)):
        yield f"prometheus-rules-{name}", f"rules/{name}.yaml"


def secret_keys(plan: Plan) -> tuple[str, ...]:
    """Keys the Prometheus secret must have: credentials of remote_write and the CA of https targets."""
    return keys_under(SECRETS, configuration(plan))


def retention_size(storage: str) -> str:
    """85 % of a volume such as 50Gi, one unit down so that it is whole: 43520MB (Prometheus' MB are powers of two)."""
    smaller = {"Ki": ("B", 1024), "Mi": ("KB", 1024), "Gi": ("MB", 1024), "Ti": ("GB", 1024)}
    unit, factor = smaller[storage[-2:]]
    return f"{math.floor(int(storage[:-2]) * factor * RETAINED)}{unit}"


def _sources(plan: Plan) -> Iterator[Manifest]:
    for config_map, path in config_maps(plan):
        yield files(config_map, [(path.rpartition("/")[2], path)])
    keys = secret_keys(plan)
    if keys:
        yield secret_files(SECRET, [(key, f"secrets/{key}") for key in keys])


def _ingress(told: Program) -> Iterator[Manifest]:
    """Grafana asks, and each replica scrapes both. Nobody else: the API has no login."""
    yield coming_from([pods({NAME: GRAFANA}), pods(selector(told))], ports=[told.ports[0].name])


def _egress(plan: Plan, told: Program) -> Iterator[Manifest]:
    yield dns()
    yield api_server()
    if any(job.kind == "kubelet" for job in scraped(plan)):
        yield outside(KUBELET_PORT)  # on nodes, whose addresses are no pods'
    if needs_network(plan):
        yield outside(str(NODE_PORT))  # an agent on the node's network has the node's address
    yield going_to([pods({NAME: ALERTMANAGER})], ports=[port_name(plan, ALERTMANAGER, otherwise="http")])
    yield from _to_targets(plan)
    ports = {str(url.port or {"http": 80}.get(url.scheme, 443)) for url in _remote_urls(plan)}
    if ports:
        yield outside(*sorted(ports))


def _remote_urls(plan: Plan) -> list[SplitResult]:
    return [urlsplit(write.url) for write in plan.platform.stack.remote_write]


def _to_targets(plan: Plan) -> Iterator[Manifest]:
    """One rule per group of target pods, with every port asked there."""
    wanted = sorted({target for job in scraped(plan) for target in _target(plan, job)})
    for (namespace, labels), found in groupby(wanted, key=lambda target: target[:2]):
        yield going_to([pods(dict(labels), namespace=namespace)], ports=[port for _, _, port in found])


def _target(plan: Plan, job: Job) -> Iterator[tuple[str, tuple[tuple[str, str], ...], str]]:
    """Namespace, pod labels and port of a job's pods; the exporter's for a probe, none for kubelets."""
    stack = plan.platform.stack
    if job.kind == "probe":
        yield stack.namespace, ((NAME, exporter_name(job)),), job.port
    elif job.kind != "kubelet":
        yield job.namespace, job.selector, job.port
