"""What every exporter tells about itself, whatever it watches."""

from obs_exporter.row import Row


def rows(prefix: str) -> tuple[Row, ...]:
    """The rows of the program as such, `<prefix>_exporter_...`; served on /metrics only."""
    name = f"{prefix}_exporter"
    return (
        Row(
            name=f"{name}_config_last_reload_successful",
            type="gauge",
            help="Whether the configuration on disk is the one in use (1) or a bad one was kept out (0).",
        ),
        Row(
            name=f"{name}_config_last_reload_success_timestamp_seconds",
            type="gauge",
            unit="seconds",
            help="When the configuration in use was taken over, Unix time.",
        ),
        Row(name=f"{name}_targets", type="gauge", help="Targets the configuration names."),
        Row(name=f"{name}_probes_total", type="counter", labels=("target",), help="Scrapes answered, by target."),
        Row(
            name=f"{name}_probes_refused_total",
            type="counter",
            help="Scrapes answered with 503 because too many were under way.",
        ),
        Row(
            name=f"{name}_dropped_series",
            type="gauge",
            labels=("target",),
            help="Series the limit left out of the latest page, by target.",
        ),
        Row(
            name=f"{name}_connections_refused_total",
            type="counter",
            help="Connections closed at once because too many were open.",
        ),
    )
