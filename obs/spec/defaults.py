"""What a spec need not say: images, sizes, links and the rest, in one table."""

from obs import __version__
from obs.conventions import EVENT_TAILER
from obs.model.platform import Image, Links, Notify, Stack, Workload

IMAGES = {
    "prometheus": Image(repository="quay.io/prometheus/prometheus", tag="v3.16.0"),
    "alertmanager": Image(repository="quay.io/prometheus/alertmanager", tag="v0.34.2"),
    "grafana": Image(repository="docker.io/grafana/grafana", tag="13.1.0"),
    "kube-state-metrics": Image(repository="registry.k8s.io/kube-state-metrics/kube-state-metrics", tag="v2.18.0"),
    "node-exporter": Image(repository="quay.io/prometheus/node-exporter", tag="v1.10.2"),
    "elasticsearch-exporter": Image(
        repository="quay.io/prometheuscommunity/elasticsearch-exporter", tag="v1.11.0"
    ),
    "fluentd": Image(repository="ghcr.io/obs/fluentd", tag=f"v{__version__}"),
    "obs": Image(repository="ghcr.io/obs/exporters", tag=f"v{__version__}"),
}
"""Prometheus and Alertmanager in the versions the tests run; the others in the newest release the manifests suit."""

_EXPORTER = Workload(cpu_request="50m", cpu_limit="500m", memory_request="64Mi", memory_limit="256Mi")

WORKLOADS = {
    "prometheus": Workload(
        replicas=2, cpu_request="500m", cpu_limit="2", memory_request="2Gi", memory_limit="4Gi", storage="50Gi"
    ),
    "alertmanager": Workload(
        replicas=3, cpu_request="50m", cpu_limit="200m", memory_request="64Mi", memory_limit="128Mi", storage="1Gi"
    ),
    "grafana": Workload(cpu_request="100m", cpu_limit="1", memory_request="256Mi", memory_limit="512Mi"),
    "kube-state-metrics": Workload(cpu_request="50m", cpu_limit="500m", memory_request="128Mi", memory_limit="512Mi"),
    "node-exporter": Workload(cpu_request="50m", cpu_limit="250m", memory_request="32Mi", memory_limit="128Mi"),
    "obs-event-exporter": _EXPORTER,
    "obs-authz-exporter": _EXPORTER,
    "obs-db-exporter": _EXPORTER,
    "elasticsearch-exporter": Workload(
        cpu_request="20m", cpu_limit="250m", memory_request="32Mi", memory_limit="128Mi"
    ),
    EVENT_TAILER: Workload(cpu_request="20m", cpu_limit="200m", memory_request="96Mi", memory_limit="256Mi"),
}
"""Sizes to start from: a platform of some ten services. Watch the monitoring dashboard and raise what runs short."""

STACK = Stack(images=IMAGES, workloads=WORKLOADS)
LINKS = Links()
NOTIFY = Notify()
NAMESPACE = "default"
SEARCH_IMAGES = ("elasticsearch", "kibana")
"""Which of them runs follows from the version, so that it has no default of its own."""
LOGGING_NAMESPACE = "logging"
