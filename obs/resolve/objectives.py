"""Objectives as recording rules and multi-window burn-rate alerts, counted in events.

Ratios over long windows are sums of recorded event rates divided by sums of recorded event rates, so each event weighs
the same whenever it happened; averaging ratios would let a quiet night outvote a busy day.
"""

from dataclasses import dataclass

from obs.conventions import number, objectives_file, seconds
from obs.model.alert import Objective, Severity
from obs.model.plan import PlannedAlert, Rule, RuleGroup
from obs.model.platform import ObjectiveOverride
from obs.resolve.alerts import Context, planned
from obs.resolve.names import recorded
from obs.resolve.queries import group_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Burn:
    """One pair of windows: the share of the period's budget it may spend, and who hears of it."""

    long: str
    short: str
    share: float
    severity: Severity
    hold: str

    def factor(self, period: str) -> float:
        """Burn rate that spends `share` of the budget within the long window: 14.4 for 2 % in 1h of 30 d."""
        return self.share * seconds(period) / seconds(self.long)


BURNS = (
    Burn(long="1h", short="5m", share=0.02, severity="critical", hold="2m"),
    Burn(long="6h", short="30m", share=0.05, severity="critical", hold="5m"),
    Burn(long="1d", short="2h", share=0.10, severity="warning", hold="15m"),
    Burn(long="3d", short="6h", share=0.10, severity="warning", hold="30m"),
)
"""Google SRE workbook, chapter "Alerting on SLOs": 14.4, 6, 3 and 1 for a period of 30 days."""

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
INTERVAL = "1m"


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """An objective with its overrides: share of good events and period."""

    objective: Objective
    target: float
    period: str

    @property
    def budget(self) -> float:
        """Share of events that may be bad; rounded so that 1 - 0.999 is 0.001."""
        return round(1 - self.target, 12)


def chosen(context: Context) -> tuple[Planned, ...]:
    """The component's objectives with the spec's targets and periods, without those switched off."""
    made = []
    for objective in context.component.objectives:
        override = context.platform.objectives.get(f"{context.component.name}.{objective.name}", ObjectiveOverride())
        if not override.off:
            made.append(
                Planned(
                    objective=objective,
                    target=override.target if override.target is not None else objective.target,
                    period=override.period or objective.period,
                )
            )
    return tuple(made)


def group(context: Context, plan: Planned) -> tuple[RuleGroup, tuple[PlannedAlert, ...]]:
    """One rule group: event rates, ratios per window, budget left, and the burn alerts that read them."""
    alerts = tuple(_burn(context, plan, burn) for burn in BURNS if not context.override(plan.objective.alert).off)
    rules = (*_events(context, plan), *_ratios(context, plan), _left(context, plan), *(a.rule for a in alerts))
    name = f"{context.component.name.replace('_', '-')}-{plan.objective.name.replace('_', '-')}"
    file = objectives_file(context.component.name)
    return RuleGroup(name=f"{name}-objective", rules=rules, interval=INTERVAL, file=file), alerts


def _name(context: Context, plan: Planned, what: str, level: str, window: str) -> str:
    return recorded(context.component.name, plan.objective, what, level, window)


def _group(context: Context) -> str:
    return ", ".join(group_of(context.component.sources[0]))


def _events(context: Context, plan: Planned) -> tuple[Rule, Rule]:
    fill = context.filler.fill
    return (
        Rule(record=_name(context, plan, "errors", "instance", "5m"), expr=fill(plan.objective.errors, window="5m")),
        Rule(record=_name(context, plan, "events", "instance", "5m"), expr=fill(plan.objective.total, window="5m")),
    )


def ratio(context: Context, plan: Planned, window: str, selector: str) -> str:
    """PromQL: share of bad events in `window`; nothing (not NaN) when there were no events."""
    errors, events = (_name(context, plan, what, "instance", "5m") for what in ("errors", "events"))
    by = f"sum by ({_group(context)})"
    if window == "5m":
        return f"{by} ({errors}{{{selector}}}) / ({by} ({events}{{{selector}}}) > 0)"
    return (
        f"{by} (sum_over_time({errors}{{{selector}}}[{window}]))\n"
        f"/ ({by} (sum_over_time({events}{{{selector}}}[{window}])) > 0)"
    )


def _selector(context: Context, plan: Planned) -> str:
    """The matchers of the source whose events the objective counts."""
    sources, text = context.component.sources, plan.objective.errors + plan.objective.total
    owned = {context.filler.selectors[s.name] for s in sources if f"<selector:{s.name}>" in text}
    return sorted(owned)[0] if owned else context.filler.selectors[sources[0].name]


def _ratios(context: Context, plan: Planned) -> tuple[Rule, ...]:
    selector = _selector(context, plan)
    return tuple(
        Rule(record=_name(context, plan, "error", "job", window), expr=ratio(context, plan, window, selector))
        for window in WINDOWS
    )


def left(context: Context, plan: Planned, selector: str) -> str:
    """PromQL: share of the period's error budget that is left; negative once overspent."""
    return f"1 - (\n{ratio(context, plan, plan.period, selector)}\n) / {number(plan.budget)}"


def _left(context: Context, plan: Planned) -> Rule:
    name = f"job:{context.component.name}_{plan.objective.name}_budget_left:ratio"
    return Rule(record=name, expr=left(context, plan, _selector(context, plan)))


def _enough(context: Context, plan: Planned, window: str) -> str:
    events, selector = _name(context, plan, "events", "instance", "5m"), _selector(context, plan)
    by = _group(context)
    return (
        f"{number(seconds(window))} * sum by ({by}) (sum_over_time({events}{{{selector}}}[{window}]))\n"
        f"  / max by ({by}) (count_over_time({events}{{{selector}}}[{window}])) > {plan.objective.minimum_events}"
    )


def _lasting(period: str, factor: float) -> str:
    """How long a budget lasts that is spent `factor` times too fast, in the unit a person would say it in."""
    hours = seconds(period) / factor / seconds("1h")
    return f"{round(hours)} hours" if hours < 72 else f"{round(hours / 24)} days"


def _burn(context: Context, plan: Planned, burn: Burn) -> PlannedAlert:
    objective = plan.objective
    override = context.override(objective.alert)
    factor = round(burn.factor(plan.period), 6)
    limit = round(burn.factor(plan.period) * plan.budget, 12)
    selector = _selector(context, plan)
    long, short = (f"{_name(context, plan, 'error', 'job', w)}{{{selector}}}" for w in (burn.long, burn.short))
    expr = (
        f"{long} > {number(limit)}\nand on ({_group(context)}) {short} > {number(limit)}\n"
        f"and on ({_group(context)}) (\n  {_enough(context, plan, burn.long)}\n)"
    )
    return planned(
        context,
        name=objective.alert,
        expr=expr,
        threshold=limit,
        hold=override.hold or burn.hold,
        severity=override.severity or burn.severity,
        summary=objective.summary,
        description=(
            f"{objective.title} of {{{{ $labels.job }}}}: {{{{ $value | humanizePercentage }}}} of events missed the "
            f"objective within {burn.long} (limit {number(limit * 100)} %). At the limit the error budget of "
            f"{plan.period} ({number(plan.target * 100)} %) lasts {_lasting(plan.period, factor)}."
        ),
        signal=f"objective:{objective.name}",
        why=f"{number(burn.share * 100)} % of the {plan.period} budget in {burn.long}. {objective.why}",
        objective=objective,
        burn_rate=factor,
        labels=(("long_window", burn.long), ("short_window", burn.short)),
    )
