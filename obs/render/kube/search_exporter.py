"""elasticsearch_exporter: one pod beside the pipeline that asks the search engine how it is, and nothing else."""

from collections.abc import Iterator

from obs.model.logging import LogPlan
from obs.model.plan import Plan
from obs.render.elasticsearch_access import WATCHER
from obs.render.kube.fluentd import SECRET_NOTES, secret_variable, to_elasticsearch
from obs.render.kube.network import dns, policy
from obs.render.kube.probes import Probes
from obs.render.kube.program import Manifest, Port, Program
from obs.render.kube.search import AUTHORITY, authority, logging_home
from obs.render.kube.stack import from_prometheus, image_and_size, port_name
from obs.render.kube.volumes import folder, secret_files
from obs.render.kube.workloads import deployment, disruption_budget, service, service_account

NAME = "elasticsearch-exporter"
COMPONENT = "elasticsearch"
"""The component of the catalogue that reads its page."""
PORT = 9114
UID = 65534
"""The user `nobody` of the official image."""
SECRET = NAME
CERTIFICATES = "/etc/elasticsearch-exporter"
KEY = "api-key"
KEY_BODY = WATCHER
"""The body of its key, among the roles of the search engine."""
PATIENCE_SECONDS = 8
"""Of each question: less than the ten seconds after which Prometheus gives up the scrape."""
COLLECTORS = ("clustersettings", "health-report", "slm")
"""Parts of its page beyond the cluster's health and its nodes. Those of indices, mappings and snapshots stay off:
their series, or the answers they wait for, grow with the cluster."""
_ENVIRONMENT = "the exporter takes its key from the environment alone"
NOTES = dict.fromkeys(SECRET_NOTES, _ENVIRONMENT) | {"polaris.fairwinds.com/sensitiveContainerEnvVar-exempt": "true"}


def wanted(plan: Plan) -> bool:
    """Whether the platform watches its search engine."""
    return bool(plan.platform.of(COMPONENT))


def manifests(plan: Plan, logs: LogPlan) -> Iterator[Manifest]:
    """The pod and what stands around it."""
    told = program(plan, logs)
    yield service_account(told)
    yield _deployment(told)
    yield service(told)
    yield disruption_budget(told)
    ingress = [from_prometheus(told, stack_namespace=plan.platform.stack.namespace)]
    yield policy(told, ingress=ingress, egress=[dns(), to_elasticsearch(logs.logging)])


def program(plan: Plan, logs: LogPlan) -> Program:
    """The exporter as it runs here. Its page tells of every node, so a second pod would tell all of it twice."""
    image, size = image_and_size(plan, NAME)
    port = port_name(plan, NAME, otherwise="metrics")
    return Program(
        name=NAME,
        role="logs",
        home=logging_home(plan, logs),
        image=image,
        size=size,
        uid=UID,
        ports=(Port(name=port, number=PORT),),
        probes=Probes(live="/healthz", ready="/healthz", port=port),
        arguments=arguments(logs.logging.endpoint),
        volumes=(folder("certificates", CERTIFICATES, [_trusted(logs)]),),
    )


def _trusted(logs: LogPlan) -> Manifest:
    return secret_files(authority(logs.logging), [(AUTHORITY, AUTHORITY)])


def arguments(endpoint: str) -> tuple[str, ...]:
    """Its command line. The key is in none of them: it takes that from the environment, or not at all."""
    return (
        f"--es.uri={endpoint}",
        f"--es.ca={CERTIFICATES}/{AUTHORITY}",
        f"--es.timeout={PATIENCE_SECONDS}s",
        "--es.all",
        "--es.indices_settings",
        *(f"--collector.{name}" for name in COLLECTORS),
        f"--web.listen-address=:{PORT}",
    )


def _deployment(told: Program) -> Manifest:
    made = deployment(told)
    made["metadata"]["annotations"] = made["metadata"].get("annotations", {}) | NOTES
    (container,) = made["spec"]["template"]["spec"]["containers"]
    container["env"] = [secret_variable("ES_API_KEY", SECRET, KEY)]
    return made
