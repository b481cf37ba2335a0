"""What obs_db_exporter tells of itself on /metrics; its answers about databases are at /probe."""

from obs.catalog.exporter_state import reload_metric
from obs.model.metric import Metric, Source

_TARGET = ("target",)


def _gauge(name: str, help_: str, *labels: str, unit: str = "") -> Metric:
    return Metric(name=name, type="gauge", help=help_, labels=labels, unit=unit)


def _counter(name: str, help_: str, *labels: str, unit: str = "") -> Metric:
    return Metric(name=name, type="counter", help=help_, labels=labels, unit=unit)


SOURCE = Source(
    name="obs-db-exporter",
    exporter="obs_db_exporter",
    itself=True,
    metrics=(
        reload_metric("db"),
        _gauge(
            "db_exporter_config_last_reload_success_timestamp_seconds",
            "When the configuration in use was taken over.",
            unit="seconds",
        ),
        _gauge("db_exporter_targets", "Databases the configuration names."),
        _gauge("db_exporter_dropped_series", "Series left out of a database's latest page by the limit.", *_TARGET),
        _counter("db_exporter_probes_total", "Scrapes of a database answered.", *_TARGET),
        _counter("db_exporter_probes_refused_total", "Scrapes answered with 503: too many were under way."),
        _counter("db_exporter_connections_refused_total", "Connections closed because too many were open."),
        _gauge("db_exporter_build_info", "Always 1; the exporter's version.", "version", "python_version"),
        _gauge("process_resident_memory_bytes", "Memory of the process.", unit="bytes"),
        _gauge("process_start_time_seconds", "When the process started.", unit="timestamp_seconds"),
        _gauge("process_open_fds", "File descriptors in use: files and connections."),
        _gauge("process_max_fds", "File descriptors the process may have."),
        _counter("process_cpu_seconds_total", "Processor time used.", unit="seconds"),
    ),
)
"""Its own job: the pages of the databases belong to theirs."""
