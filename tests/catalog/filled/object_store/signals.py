"""What is worth knowing of the object store, in triage order."""

from obs.model.signal import Headline, Panel, Row, Signal

SIGNALS = (
    Signal(
        name="nodes",
        title="Nodes online",
        help="Nodes of the store that answer.",
        unit="count",
        query="min by (<group>) (minio_cluster_nodes_online_total{<selector>})",
        legend="online",
    ),
    Signal(
        name="error_ratio",
        title="Requests that fail",
        help="Share of calls the store answers with an error.",
        unit="ratio",
        query=(
            "sum by (<group>) (rate(minio_s3_requests_errors_total{<selector>}[<window>]))\n"
            "/ (sum by (<group>) (rate(minio_s3_requests_total{<selector>}[<window>])) > 0)"
        ),
        legend="errors",
    ),
)

ROWS = (
    Row(title="Is it up?", panels=(Panel(signals=("nodes",), kind="stat", width=24),)),
    Row(title="Is it failing?", panels=(Panel(signals=("error_ratio",), width=24),)),
)

HEADLINE = Headline(signal="error_ratio")
