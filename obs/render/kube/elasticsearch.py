"""Elasticsearch: nodes that all hold data and may lead, spread over zones, speaking TLS to everyone."""

from collections.abc import Iterator

from obs.conventions import seconds
from obs.model.logging import LogPlan
from obs.model.plan import Plan
from obs.model.platform import Workload
from obs.render.kube.labels import NAME, selector
from obs.render.kube.network import coming_from, dns, going_to, namespace_pods, outside, pods, policy
from obs.render.kube.pods import ZONE
from obs.render.kube.probes import Probes
from obs.render.kube.program import Manifest, Port, Program, Volume
from obs.render.kube.search import (
    CERTIFICATE_KEYS,
    CERTIFICATES,
    ELASTICSEARCH,
    HTTP,
    KIBANA,
    READY,
    SETTINGS,
    TRANSPORT,
    UID,
    config_folder,
    image,
    logging_home,
    prepared,
)
from obs.render.kube.search_exporter import NAME as WATCHER
from obs.render.kube.volumes import files, folder, scratch, secret_files
from obs.render.kube.workloads import disruption_budget, service, service_account, stateful_set
from obs.render.log_volume import log_volume

HOME = "/usr/share/elasticsearch"
CONFIG = f"{HOME}/config"
FILE = "elasticsearch.yml"
CONFIG_MAP = "elasticsearch-config"
SECRET = "elasticsearch-keystore"
PASSWORD = "bootstrap.password"
"""Key of the keystore secret: the password of the user `elastic`, with which the first roles and keys are made."""
WRITER = "fluentd"
"""The application of both tiers of the pipeline."""
START_SECONDS = seconds("10m")
"""A node that was away replays and recovers its shards before it says it is ready."""
PREPARE = f"""\
cp -r {HOME}/config/. /config/
cp -L {SETTINGS}/{FILE} /config/
mkdir -p /config/certs && cp -L {SETTINGS}/certs/* /config/certs/
export ES_PATH_CONF=/config
bin/elasticsearch-keystore create
for file in {SETTINGS}/keystore/*; do
  bin/elasticsearch-keystore add --stdin "$(basename "$file")" < "$file"
done
"""
START = 'export ZONE="${ZONE:-none}" && exec /usr/local/bin/docker-entrypoint.sh eswrapper'
"""Clusters before Kubernetes 1.35 put no zone on pods: their nodes are all in the zone `none`, and nothing breaks."""


def manifests(plan: Plan, logs: LogPlan) -> Iterator[Manifest]:
    """Everything around Elasticsearch. It reads nothing from the API server, so it has no rights and no token."""
    told = program(plan, logs)
    yield service_account(told)
    yield nodes(plan, told)
    yield service(told)
    yield service(told, headless=True)
    yield disruption_budget(told)
    yield access(told, logs)


def program(plan: Plan, logs: LogPlan) -> Program:
    """One node as it runs here. Half of its memory is the heap, which Elasticsearch takes by itself."""
    wanted, memory = logs.logging.elasticsearch, log_volume(logs).memory
    size = Workload(
        replicas=wanted.nodes,
        storage=wanted.storage,
        cpu_request="1",
        cpu_limit="4",
        memory_request=memory,
        memory_limit=memory,
    )
    sources = [
        files(CONFIG_MAP, [(FILE, FILE)]),
        secret_files(CERTIFICATES, [(key, f"certs/{key}") for key in CERTIFICATE_KEYS]),
        secret_files(SECRET, [(key, f"keystore/{key}") for key in secret_keys(logs)]),
    ]
    return Program(
        name=ELASTICSEARCH,
        role="logs",
        home=logging_home(plan, logs),
        image=image(plan, logs, ELASTICSEARCH),
        size=size,
        uid=UID,
        ports=(Port(name="https", number=HTTP), Port(name="transport", number=TRANSPORT)),
        probes=Probes(live="/", ready="/", port="https"),
        command=("/bin/tini", "--", "/bin/bash", "-c"),
        arguments=(START,),
        volumes=(
            config_folder(CONFIG),
            folder("settings", SETTINGS, sources),
            Volume(name="data", path=f"{HOME}/data", source={}, writable=True),
            scratch("logs", f"{HOME}/logs", size="1Gi"),
            scratch("tmp", "/tmp", size="1Gi"),
        ),
        pod_fields=(("POD_NAME", "metadata.name"), ("ZONE", f"metadata.labels['{ZONE}']")),
        grace_seconds=300,
    )


def secret_keys(logs: LogPlan) -> tuple[str, ...]:
    """Keys of the keystore secret: each a setting by its own name. The operator makes the first password itself."""
    own = () if logs.logging.elasticsearch.placement == "eck" else (PASSWORD,)
    return (*own, *logs.logging.elasticsearch.keystore)


def nodes(plan: Plan, told: Program) -> Manifest:
    """The stateful set: a configuration folder filled first, and probes that need no login."""
    made = stateful_set(told, claim="data", storage_class=plan.platform.stack.storage_class)
    pod = prepared(made["spec"]["template"]["spec"], script=PREPARE)
    [main] = pod["containers"]
    # For the kubelet alone, so no service offers it.
    main["ports"] = [*main["ports"], {"name": "ready", "containerPort": READY, "protocol": "TCP"}]
    main |= _probes()
    made["spec"]["template"]["spec"] = pod
    return made


def settings(logs: LogPlan) -> Manifest:
    """elasticsearch.yml. What is between ${ and } the node reads from its environment."""
    count = logs.logging.elasticsearch.nodes
    tls = {"key": "certs/tls.key", "certificate": "certs/tls.crt", "certificate_authorities": "certs/ca.crt"}
    discovery: Manifest = {"discovery.type": "single-node"}
    if count > 1:
        # Only an empty cluster reads it, once, to choose its first leader.
        leaders = [f"{ELASTICSEARCH}-{number}" for number in range(count)]
        discovery = {
            "discovery.seed_hosts": [f"{ELASTICSEARCH}-headless"],
            "cluster.initial_master_nodes": leaders,
        }
    return {
        "cluster.name": logs.cluster,
        "node.name": "${POD_NAME}",
        "node.attr.zone": "${ZONE}",
        "cluster.routing.allocation.awareness.attributes": "zone",
        "network.host": "0.0.0.0",
        **discovery,
        "readiness.port": READY,
        # Without mmap no node needs its vm.max_map_count raised, which only a privileged container could do.
        "node.store.allow_mmap": False,
        "action.destructive_requires_name": True,
        "xpack.security.enabled": True,
        **{f"xpack.security.http.ssl.{key}": value for key, value in {"enabled": True, **tls}.items()},
        **{f"xpack.security.transport.ssl.{key}": value for key, value in {"enabled": True, **tls}.items()},
        "xpack.security.transport.ssl.client_authentication": "required",
        "xpack.security.transport.ssl.verification_mode": "certificate",
    }


def _probes() -> Manifest:
    """Ports instead of pages: pages ask for a login. The readiness port opens once the node has joined a leader."""
    ready, alive = {"tcpSocket": {"port": "ready"}}, {"tcpSocket": {"port": "transport"}}
    return {
        "startupProbe": ready | {"periodSeconds": 10, "failureThreshold": round(START_SECONDS / 10)},
        "readinessProbe": ready | {"periodSeconds": 5, "failureThreshold": 3},
        "livenessProbe": alive | {"periodSeconds": 10, "failureThreshold": 6},
    }


def access(told: Program, logs: LogPlan) -> Manifest:
    """The network policy of its pods, whoever makes them."""
    return policy(told, ingress=list(_ingress(told, logs)), egress=list(_egress(told, logs)))


def _ingress(told: Program, logs: LogPlan) -> Iterator[Manifest]:
    """Who writes, shows and asks how it is, the nodes among themselves, and the operator that watches over them."""
    yield coming_from([pods({NAME: name}) for name in (WRITER, KIBANA, WATCHER)], ports=["https"])
    yield coming_from([pods(selector(told))], ports=["https", "transport"])
    if logs.logging.elasticsearch.placement == "eck":
        yield coming_from([namespace_pods(logs.logging.elasticsearch.operator_namespace)], ports=["https"])


def _egress(told: Program, logs: LogPlan) -> Iterator[Manifest]:
    yield dns()
    yield going_to([pods(selector(told))], ports=[str(HTTP), str(TRANSPORT)])
    # Snapshots lie in an object store; places of addresses come from geoip.elastic.co.
    if logs.logging.elasticsearch.snapshots or logs.logging.elasticsearch.geoip:
        yield outside("443")
