"""Is the program well that says whether databases are?"""

from obs.catalog.exporter_state import reload_signal
from obs.model.signal import Headline, Signal

_ONE = "<group>, instance"

SIGNALS = (
    Signal(
        name="answers",
        title="Pods that answer",
        help="Whether the exporter's own page could be read.",
        unit="state",
        query=f"min by ({_ONE}) (up{{<selector>}})",
    ),
    Signal(
        name="targets",
        title="Databases watched",
        help="Databases its configuration names.",
        unit="count",
        query=f"max by ({_ONE}) (db_exporter_targets{{<selector>}})",
    ),
    reload_signal("db"),
    Signal(
        name="refused",
        title="Scrapes refused",
        help=(
            "Scrapes answered with 503 because too many were under way: databases that hang keep each one until its "
            "time is up."
        ),
        unit="per_second",
        query=f"sum by ({_ONE}) (rate(db_exporter_probes_refused_total{{<selector>}}[<window>]))",
    ),
    Signal(
        name="clients_refused",
        title="Connections closed at the limit",
        help="Connections closed because too many were open: clients that connect and say nothing.",
        unit="per_second",
        query=f"sum by ({_ONE}) (rate(db_exporter_connections_refused_total{{<selector>}}[<window>]))",
    ),
    Signal(
        name="probes",
        title="Scrapes by database",
        help="How often each database was asked about, by all Prometheus together.",
        unit="per_second",
        query=f"sum by ({_ONE}, target) (rate(db_exporter_probes_total{{<selector>}}[<window>]))",
        legend="{{target}}",
    ),
    Signal(
        name="processor",
        title="Processor time",
        help="Processors the exporter keeps busy.",
        unit="cores",
        query=f"sum by ({_ONE}) (rate(process_cpu_seconds_total{{<selector>}}[<window>]))",
    ),
    Signal(
        name="dropped",
        title="Series left out",
        help="Series of each database's latest page that the limit of series left out; the first by label order stay.",
        unit="count",
        query=f"max by ({_ONE}, target) (db_exporter_dropped_series{{<selector>}})",
        legend="{{target}}",
    ),
    Signal(
        name="memory",
        title="Memory",
        help="Resident memory of the exporter; 64 MiB is what it is made to stay below.",
        unit="bytes",
        query=f"max by ({_ONE}) (process_resident_memory_bytes{{<selector>}})",
    ),
    Signal(
        name="descriptors",
        title="File descriptors in use",
        help="Files and connections as a share of those the process may have.",
        unit="ratio",
        query=(
            f"max by ({_ONE}) (process_open_fds{{<selector>}})\n/ (max by ({_ONE}) (process_max_fds{{<selector>}}) > 0)"
        ),
    ),
    Signal(
        name="uptime",
        title="Time since start",
        help="How long ago the exporter was started.",
        unit="seconds",
        query=f"min by ({_ONE}) (time() - process_start_time_seconds{{<selector>}})",
    ),
    Signal(
        name="config_age",
        title="Age of the configuration",
        help="How long ago the configuration in use was taken over.",
        unit="seconds",
        query=f"min by ({_ONE}) (time() - db_exporter_config_last_reload_success_timestamp_seconds{{<selector>}})",
    ),
    Signal(
        name="version",
        title="Exporter version",
        help="Which version of the exporter runs.",
        unit="state",
        query="count by (<group>, version, python_version) (db_exporter_build_info{<selector>})",
        legend="{{version}} on Python {{python_version}}",
    ),
)
HEADLINE = Headline(signal="answers")
