"""Grafana: every dashboard in both schemas, and the files that provision them."""

from collections.abc import Iterator

from obs.conventions import dashboard_path, dashboard_v2_path
from obs.model.artifact import Artifact
from obs.model.plan import Dashboard, Plan
from obs.model.signal import Signal
from obs.printer import to_json
from obs.render import grafana_provisioning
from obs.render.grafana_classic import classic
from obs.render.grafana_fields import Knowing
from obs.render.grafana_mixin import adopt
from obs.render.grafana_normalise import Json
from obs.render.grafana_v2 import resource


def render(plan: Plan) -> Iterator[Artifact]:
    """`dashboards/*.json`, `dashboards/v2/*.json`, `dashboards/provisioning/**` and `dashboards/README.md`."""
    alerts = {alert.name: alert for alert in plan.alerts}
    for dashboard in plan.dashboards:
        built = _built(dashboard, plan, Knowing(alerts=alerts, signals=_signals(plan, dashboard.component)))
        yield Artifact(path=dashboard_path(dashboard.uid), text=to_json(built))
        yield Artifact(path=dashboard_v2_path(dashboard.uid), text=to_json(resource(built)))
    yield from grafana_provisioning.render(plan)


def _built(dashboard: Dashboard, plan: Plan, knowing: Knowing) -> Json:
    if dashboard.raw:
        return adopt(dashboard, plan.platform)
    return classic(dashboard, plan.platform, knowing)


def _signals(plan: Plan, component: str) -> dict[str, Signal]:
    """The signals a component's queries name; the overview's panels carry one query each and need none."""
    return next((dict(part.signals) for part in plan.parts if part.component.name == component), {})
