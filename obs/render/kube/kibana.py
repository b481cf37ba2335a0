"""Kibana: it keeps everything in Elasticsearch, so its pods can be replaced at any time."""

from collections.abc import Iterator

from obs.model.logging import LogPlan
from obs.model.plan import Plan
from obs.model.platform import Workload
from obs.render.kube.labels import NAME
from obs.render.kube.network import coming_from, dns, going_to, namespace_pods, pods, policy
from obs.render.kube.probes import Probes
from obs.render.kube.program import Manifest, Port, Program
from obs.render.kube.search import (
    CERTIFICATES,
    ELASTICSEARCH,
    HTTP,
    KIBANA,
    KIBANA_PORT,
    SETTINGS,
    UID,
    config_folder,
    image,
    logging_home,
    prepared,
)
from obs.render.kube.volumes import files, folder, scratch, secret_files
from obs.render.kube.workloads import deployment, disruption_budget, service, service_account

HOME = "/usr/share/kibana"
CONFIG = f"{HOME}/config"
FILE = "kibana.yml"
CONFIG_MAP = "kibana-config"
SECRET = "kibana-keystore"
KEYS = (
    "elasticsearch.serviceAccountToken",
    "xpack.encryptedSavedObjects.encryptionKey",
    "xpack.security.encryptionKey",
)
"""Settings that are secrets: they go into Kibana's keystore, under their own names."""
PREPARE = f"""\
cp -r {HOME}/config/. /config/
cp -L {SETTINGS}/{FILE} /config/
cp -L {SETTINGS}/ca.crt /config/
export KBN_PATH_CONF=/config
bin/kibana-keystore create
for file in {SETTINGS}/keystore/*; do
  bin/kibana-keystore add --stdin "$(basename "$file")" < "$file"
done
"""


def manifests(plan: Plan, logs: LogPlan) -> Iterator[Manifest]:
    """Everything around Kibana. It reads nothing from the API server, so it has no rights and no token."""
    told = program(plan, logs)
    yield service_account(told)
    yield pods_of(told)
    yield service(told)
    yield disruption_budget(told)
    yield access(plan, told)


def program(plan: Plan, logs: LogPlan) -> Program:
    """Kibana as it runs here."""
    sources = [
        files(CONFIG_MAP, [(FILE, FILE)]),
        secret_files(CERTIFICATES, [("ca.crt", "ca.crt")]),
        secret_files(SECRET, [(key, f"keystore/{key}") for key in KEYS]),
    ]
    return Program(
        name=KIBANA,
        role="logs",
        home=logging_home(plan, logs),
        image=image(plan, logs, KIBANA),
        size=Workload(replicas=2, cpu_request="250m", cpu_limit="2", memory_request="1Gi", memory_limit="2Gi"),
        uid=UID,
        ports=(Port(name="http", number=KIBANA_PORT),),
        # The first start migrates the saved objects of an older version.
        probes=Probes(live="/api/status", ready="/api/status", port="http", start_seconds=600),
        volumes=(
            config_folder(CONFIG),
            folder("settings", SETTINGS, sources),
            scratch("data", f"{HOME}/data", size="256Mi"),
            scratch("tmp", "/tmp", size="256Mi"),
        ),
    )


def pods_of(told: Program) -> Manifest:
    """The deployment, with a configuration folder filled first."""
    made = deployment(told)
    made["spec"]["template"]["spec"] = prepared(made["spec"]["template"]["spec"], script=PREPARE)
    return made


def settings(plan: Plan, logs: LogPlan) -> Manifest:
    """kibana.yml: nobody without a login, nothing sent home."""
    return {
        "server.name": KIBANA,
        "server.host": "0.0.0.0",
        "server.publicBaseUrl": plan.platform.links.kibana,
        "server.shutdownTimeout": "5s",
        "elasticsearch.hosts": [logs.logging.endpoint],
        "elasticsearch.ssl.certificateAuthorities": [f"{CONFIG}/ca.crt"],
        "elasticsearch.ssl.verificationMode": "full",
        "status.allowAnonymous": True,
        "telemetry.optIn": False,
        "telemetry.allowChangingOptInStatus": False,
        "xpack.security.secureCookies": plan.platform.links.kibana.startswith("https://"),
    }


def access(plan: Plan, told: Program) -> Manifest:
    """The network policy of its pods, whoever makes them."""
    return policy(told, ingress=list(_ingress(plan)), egress=[dns(), _elasticsearch()])


def _ingress(plan: Plan) -> Iterator[Manifest]:
    gates = [namespace_pods(namespace) for namespace in plan.platform.stack.ingress_namespaces]
    if gates:
        yield coming_from(gates, ports=[str(KIBANA_PORT)])


def _elasticsearch() -> Manifest:
    return going_to([pods({NAME: ELASTICSEARCH})], ports=[str(HTTP)])
