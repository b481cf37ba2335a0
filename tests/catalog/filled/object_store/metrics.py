"""Metrics MinIO exposes under /minio/v2/metrics/cluster (names as its documentation lists them)."""

from obs.model.metric import Metric, Source

METRICS = (
    Metric(name="minio_cluster_nodes_online_total", type="gauge", help="Nodes online."),
    Metric(name="minio_s3_requests_total", type="counter", labels=("api",), help="Requests by API call."),
    Metric(name="minio_s3_requests_errors_total", type="counter", labels=("api",), help="Requests that failed."),
)

SOURCE = Source(name="object-store", metrics=METRICS, path="/minio/v2/metrics/cluster")
