"""Names the resolver derives: alert prefixes, derived alerts, recorded series."""

from obs.model.alert import Objective
from obs.model.component import Component


def prefix(component: str) -> str:
    """`barong_authz` -> `BarongAuthz`, the start of every alert name of the component."""
    return "".join(word.capitalize() for word in component.split("_"))


def missing_target(component: str) -> str:
    """Alert on a job without a single healthy target."""
    return f"{prefix(component)}TargetMissing"


def missing_metrics(component: str) -> str:
    """Alert on metrics that vanished although their target answers."""
    return f"{prefix(component)}MetricsMissing"


def alert_names(component: Component) -> tuple[str, ...]:
    """Every alert name the component brings: declared, burn rates, and the two derived from its sources."""
    declared = tuple(a.name for a in component.alerts) + tuple(o.alert for o in component.objectives)
    return (*declared, missing_target(component.name), missing_metrics(component.name))


def recorded(component: str, objective: Objective, what: str, level: str, window: str) -> str:
    """A recorded series of an objective: `instance:envoy_availability_errors:rate5m`."""
    operation = "rate" if level == "instance" else "ratio_rate"
    return f"{level}:{component}_{objective.name}_{what}:{operation}{window}"
