"""Alertmanager: who hears of what, what stays quiet meanwhile, and the messages people read."""

from collections.abc import Iterator
from typing import Any

from obs.conventions import GENERATED
from obs.model.artifact import Artifact
from obs.model.plan import Plan
from obs.model.platform import MuteTiming, Notify
from obs.model.routing import NOBODY, Leg, default_receiver, legs
from obs.printer import to_yaml
from obs.render import inhibitions
from obs.render.alertmanager_readme import readme
from obs.render.alertmanager_receivers import receiver
from obs.render.alertmanager_templates import templates
from obs.render.routes import case_table

CONFIG_PATH = "alerts/alertmanager.yaml"
TEMPLATES_PATH = "alerts/templates/obs.tmpl"
CASES_PATH = "alerts/routes.yaml"
README_PATH = "alerts/README.md"

TEMPLATES = {"standalone": "templates/*.tmpl", "operator": "/etc/alertmanager/config/*.tmpl"}
"""Relative to the configuration, so that it can be checked where it lies; the operator mounts them elsewhere."""

GROUP_BY = ["cluster", "component", "severity"]
"""One page per component and cluster, however many pods are hurt. Severity is in it so that a page is a new message and
not an update of an open ticket."""


def render(plan: Plan) -> Iterator[Artifact]:
    """The configuration, its templates, the table of cases that describes it, and the shelf's README."""
    header = GENERATED.format(spec=plan.platform.spec_name)
    yield Artifact(path=CONFIG_PATH, text=to_yaml(configuration(plan), header=header))
    yield Artifact(path=TEMPLATES_PATH, text=f"{{{{- /* {header} */ -}}}}\n" + templates(plan.platform))
    yield Artifact(path=CASES_PATH, text=to_yaml(case_table(plan), header=header))
    yield Artifact(path=README_PATH, text=readme(plan))


def configuration(plan: Plan) -> dict[str, Any]:
    """The whole alertmanager.yaml as plain data."""
    notify = plan.platform.notify
    found: dict[str, Any] = {
        "global": {"resolve_timeout": "5m"},
        "templates": [TEMPLATES[plan.platform.stack.mode]],
        "route": _root(notify),
        "inhibit_rules": [_inhibition(rule) for rule in inhibitions.rules(plan)],
        "receivers": _receivers(plan),
    }
    timings = [_timing(timing) for timing in sorted(notify.mute_timings, key=lambda t: t.name)]
    return found | ({"time_intervals": timings} if timings else {})


def _root(notify: Notify) -> dict[str, Any]:
    return {
        "receiver": default_receiver(notify),
        "group_by": GROUP_BY,
        "group_wait": notify.group_wait,
        "group_interval": notify.group_interval,
        "repeat_interval": notify.repeat,
        "routes": [_route(leg) for leg in legs(notify)],
    }


def _route(leg: Leg) -> dict[str, Any]:
    """One child route. The heartbeat goes out every minute by itself; nothing may batch or delay it."""
    beat = {"group_by": ["alertname", "cluster"], "group_wait": "0s", "group_interval": "20s"} if leg.heartbeat else {}
    return {
        "receiver": leg.receiver,
        "matchers": [str(matcher) for matcher in leg.matchers],
        **beat,
        **({"repeat_interval": leg.repeat} if leg.repeat else {}),
        **({"mute_time_intervals": list(leg.mute)} if leg.mute else {}),
        **({"continue": True} if leg.carry_on else {}),
    }


def _inhibition(rule: inhibitions.Rule) -> dict[str, Any]:
    return {
        "source_matchers": [str(matcher) for matcher in rule.source],
        "target_matchers": [str(matcher) for matcher in rule.target],
        "equal": list(rule.equal),
    }


def _receivers(plan: Plan) -> list[dict[str, Any]]:
    """The spec's receivers, and `nobody` where a route needs it."""
    notify = plan.platform.notify
    found = [receiver(plan.platform, told) for told in notify.receivers]
    used = {leg.receiver for leg in legs(notify)} | {default_receiver(notify)}
    return found + ([{"name": NOBODY}] if NOBODY in used else [])


def _timing(timing: MuteTiming) -> dict[str, Any]:
    """One named interval; an empty field means every day, month or hour."""
    fields: dict[str, Any] = {
        "times": [{"start_time": start, "end_time": end} for start, end in timing.times],
        "weekdays": list(timing.weekdays),
        "days_of_month": list(timing.days_of_month),
        "months": list(timing.months),
    }
    return {
        "name": timing.name,
        "time_intervals": [{**{k: v for k, v in fields.items() if v}, "location": timing.location}],
    }
