"""What each exporter of ours tells of itself, whatever it watches: is the configuration on disk the one in use?"""

from obs.model.alert import Alert
from obs.model.metric import Metric
from obs.model.signal import Panel, Signal

_IN_USE = (("0", "old one", "red"), ("1", "the one on disk", "green"))


def reload_metric(prefix: str) -> Metric:
    """The gauge of the exporter whose metrics start with `prefix`."""
    return Metric(
        name=f"{prefix}_exporter_config_last_reload_successful",
        type="gauge",
        help="1 if the configuration on disk, and the certificates it names, are those in use.",
    )


def reload_signal(prefix: str) -> Signal:
    """The signal `config_in_use`."""
    return Signal(
        name="config_in_use",
        title="Exporter configuration in use",
        help="Whether the exporter runs with the configuration and the certificates on disk; bad ones are kept out.",
        unit="state",
        query=f"min by (<group>, instance) ({prefix}_exporter_config_last_reload_successful{{<selector>}})",
    )


def reload_panel(*, width: int) -> Panel:
    """The panel of `config_in_use`."""
    return Panel(signals=("config_in_use",), kind="stat", width=width, mappings=_IN_USE)


def reload_alert(prefix: str) -> Alert:
    """The alert on `config_in_use` under the name of a component."""
    return Alert(
        name=f"{prefix}ReloadFailed",
        signal="config_in_use",
        is_="<",
        threshold=1,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="An exporter could not read its configuration.",
        description=(
            "{{ $labels.instance }} runs with an old configuration or certificate; after a restart it will not start."
        ),
        why="The kubelet brings the files of one volume at once; ten minutes mean that what is on disk is wrong.",
    )
