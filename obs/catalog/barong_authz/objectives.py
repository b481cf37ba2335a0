"""AuthZ's objectives, and which of its alerts explain which others."""

from obs.catalog.barong_authz import phrases as say
from obs.model.alert import Inhibition, Objective

_BY = "<group:envoy>, instance"
_MAINTENANCE = ("BarongAuthzMaintenanceOn",)

OBJECTIVES = (
    Objective(
        name="availability",
        title="AuthZ availability",
        help="Share of AuthZ calls that were answered: allowed or denied, not failed, timed out or reset.",
        errors=say.errors(_BY),
        total=say.completed(_BY),
        alert="BarongAuthzErrorBudgetBurn",
        summary="AuthZ burns its error budget too fast.",
        why="99.9 % over 30 days leaves 43 minutes in which nobody can log in or trade.",
    ),
    Objective(
        name="latency",
        title="AuthZ latency",
        help=(
            "Share of AuthZ calls answered within the latency limit (100 ms unless set); timeouts and resets count "
            "as slow."
        ),
        errors=f"{say.completed(_BY)}\n- {say.in_time(_BY)}",
        total=say.completed(_BY),
        target=0.99,
        alert="BarongAuthzLatencyBudgetBurn",
        summary="AuthZ is slow for more people than the objective allows.",
        why="AuthZ stands before every request: 99 % within 100 ms keeps it a small part of what people wait for.",
    ),
)

INHIBITIONS = (
    Inhibition(
        source=_MAINTENANCE,
        target=(
            "BarongAuthzMaintenanceWave",
            "BarongAuthzDeniedSurge",
            "BarongAuthzProbeFailing",
            "BarongAuthzKeyProbeFailing",
            "BarongAuthzProbeStale",
        ),
        equal=("cluster",),
        why="An enabled maintenance restriction turns people and probes away on purpose.",
    ),
    Inhibition(
        source=("BarongAuthzErrors",),
        target=("BarongAuthzConnectFailures", "BarongAuthzTimeouts", "BarongAuthzSlow"),
        equal=("cluster", "job"),
        why="The page on failed calls leads through these causes.",
    ),
    Inhibition(
        source=("BarongAuthzProbeFailing", "BarongAuthzKeyProbeFailing"),
        target=("BarongAuthzProbeStale", "BarongAuthzUnexpectedAnswer"),
        equal=("cluster", "job", "probe"),
        why="A probe that fails has no recent success, and its wrong answer is part of the page.",
    ),
)
