"""Objectives as unit tests: each burn pair's limit, windows, hold and guard, the budget left, and what is recorded.

Recorded event rates are fed in directly, so that days of history cost little. That they are recorded rightly is
proven by the component's boundary for the objective's alert, where x is the share of bad events.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from obs.conventions import duration, number, seconds
from obs.model.plan import Part, PlannedAlert, Rule
from obs.render.acting import Segment
from obs.render.lookback import reads
from obs.render.play import Phase, Theatre, Track
from obs.render.promtool_boundaries import decoys
from obs.render.promtool_drive import Drive, drive
from obs.render.promtool_notation import Case, Check, firing, series_text, values

EVENTS = 100.0
"""Events per second in these tests, far above every minimum."""
BASE = "5m"
"""Window of the recorded rates: ratios over it follow at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """One objective as its rules tell it."""

    name: str
    alert: str
    labels: tuple[tuple[str, str], ...]
    errors: str
    events: str
    ratios: tuple[tuple[str, str], ...]
    """(window, record) of every ratio."""
    left: str
    period: str
    allowed: float
    """Share of events that may be bad."""
    burns: tuple[PlannedAlert, ...]

    def inputs(
        self, errors: list[tuple[float, float]], interval: float, rate: float = EVENTS
    ) -> tuple[tuple[str, str], ...]:
        """Input series for (seconds, share of bad events) stretches."""
        bad, all_, start = [], [], 0.0
        for length, share in errors:
            bad.append(Segment(start=start, end=start + length, value=rate * share, slope=0.0))
            all_.append(Segment(start=start, end=start + length, value=rate, slope=0.0))
            start += length
        labels = dict(self.labels)
        return (
            (series_text(self.errors, labels), values(bad, interval)),
            (series_text(self.events, labels), values(all_, interval)),
        )


def budgets(theatre: Theatre, part: Part) -> Iterator[Budget]:
    """The objectives of a component with everything their tests need."""
    named = {a.objective.name: a.objective for a in part.alerts if a.objective}
    for name, objective in named.items():
        burns = tuple(a for a in part.alerts if a.objective is objective)
        rules = next(g.rules for g in part.groups if any(r is burns[0].rule for r in g.rules))
        records = {rule.record: rule for rule in rules if rule.record}
        errors, events = (_one(records, f"instance:.*_{what}:rate5m") for what in ("errors", "events"))
        left = _one(records, "job:.*_budget_left:ratio")
        ratios = tuple((r.rpartition("ratio_rate")[2], r) for r in records if "ratio_rate" in r)
        yield Budget(
            name=name,
            alert=objective.alert,
            labels=_labels(theatre, records[events]),
            errors=errors,
            events=events,
            ratios=ratios,
            left=left,
            period=re.findall(r"\[(\w+)\]", records[left].expr)[-1],
            allowed=float(records[left].expr.rpartition("/")[2]),
            burns=burns,
        )


def _one(records: dict[str, Rule], pattern: str) -> str:
    return next(record for record in records if re.fullmatch(pattern, record))


def _labels(theatre: Theatre, events: Rule) -> tuple[tuple[str, str], ...]:
    """The labels of one instance's recorded rate: those the rule aggregates by."""
    jobs = sorted({job for found in reads([events.expr]).values() for job in found})
    instance = next(i for i in theatre.cast if i.job.name in jobs)
    return tuple((k, v) for k, v in instance.labels if k in ("cluster", "namespace", "job", "instance"))


def cases(theatre: Theatre, part: Part) -> Iterator[Case]:
    """All tests of a component's objectives."""
    for budget in budgets(theatre, part):
        yield _holds(budget)
        for burn in budget.burns:
            if burn.threshold < 0.98:
                yield from _guards(budget, burn)
                yield _limit(budget, burn)
                yield _windows(budget, burn)
                yield _lull(budget, burn)
        yield _period(budget)
        yield _eventless(budget)
        for boundary in part.faults.boundaries:
            if boundary.alert == budget.alert:
                driven = drive(theatre, part, boundary, budget.burns[0])
                yield _recorded(driven, budget)


def window(burn: PlannedAlert, which: str) -> float:
    """Seconds of the long or the short window."""
    return seconds(dict(burn.rule.labels)[f"{which}_window"])


def _matcher(budget: Budget, burn: PlannedAlert) -> str:
    return f'alertname="{budget.alert}", long_window="{dict(burn.rule.labels)["long_window"]}"'


def burning(budget: Budget, burn: PlannedAlert, moment: float, state: str, *, there: bool) -> Check:
    """One burn alert is (or is not) in a state, for the job as a whole."""
    labels = {k: v for k, v in budget.labels if k != "instance"}
    by = ("alertname", *labels)
    told = sorted({"alertname": budget.alert, **labels}.items())
    samples = (("{" + ", ".join(f'{k}="{v}"' for k, v in told) + "}", 1.0),) if there else ()
    return Check(moment=moment, expr=firing(_matcher(budget, burn), by=by, state=state), samples=samples)


def _holds(budget: Budget) -> Case:
    """Everything fails from the first second: each pair fires when its hold is over, not before."""
    interval, checks = 60.0, []
    for burn in (b for b in budget.burns if b.threshold < 1):
        hold = seconds(burn.hold)
        checks += [burning(budget, burn, hold - interval, "pending", there=True)] if hold > interval else []
        checks.append(burning(budget, burn, hold, "firing", there=True))
    length = max(c.moment for c in checks) + interval
    series = budget.inputs([(length, 1.0)], interval)
    return Case(name=f"{budget.alert} holds", interval=interval, series=series, checks=tuple(checks))


def _guards(budget: Budget, burn: PlannedAlert) -> Iterator[Case]:
    """With fewer events in the long window than the minimum nothing fires; with some more it does."""
    objective, interval, hold = burn.objective, 60.0, seconds(burn.hold)
    minimum = objective.minimum_events if objective else 0
    length = hold + 4 * interval
    for share, there in ((0.95, False), (1.05, True)):
        rate = share * minimum / window(burn, "long")
        checks = (burning(budget, burn, length - interval, "", there=there),)
        name = f"{title(budget, burn)} with {number(share)} of the minimum of events"
        yield Case(name=name, interval=interval, series=budget.inputs([(length, 1.0)], interval, rate), checks=checks)


def _lull(budget: Budget, burn: PlannedAlert) -> Case:
    """Everything fails, but the many events lie before the long window, then all of the few in its second half."""
    interval, long = pace(burn), window(burn, "long")
    minimum = burn.objective.minimum_events if burn.objective else 0
    per_second = minimum / long
    stretches = ((long, 4.0), (long, 0.01), (long / 2, 1.6))
    starts = [sum(length for length, _ in stretches[:n]) for n in range(len(stretches) + 1)]
    pieces = [
        Segment(start=starts[n], end=starts[n + 1], value=rate * per_second, slope=0.0)
        for n, (_, rate) in enumerate(stretches)
    ]
    labels, numbers = dict(budget.labels), values(pieces, interval)
    series = tuple((series_text(record, labels), numbers) for record in (budget.errors, budget.events))
    checks = tuple(burning(budget, burn, end - interval, "", there=n == 0) for n, end in enumerate(starts[1:]))
    return Case(name=f"{title(budget, burn)} in a lull", interval=interval, series=series, checks=checks)


def title(budget: Budget, burn: PlannedAlert) -> str:
    """A burn alert in words."""
    labels = dict(burn.rule.labels)
    return f"{budget.alert} over {labels['long_window']} and {labels['short_window']}"


def pace(burn: PlannedAlert) -> float:
    """A 144th of the long window, in whole minutes."""
    return max(60.0, window(burn, "long") // 144 // 60 * 60)


def _limit(budget: Budget, burn: PlannedAlert) -> Case:
    """Two per cent below the limit for as long as it takes: quiet. Two per cent above: it fires. Then it ends,
    as the short window is below the limit, though the long one is not yet."""
    interval, long = pace(burn), window(burn, "long")
    turn = long + _grid(seconds(burn.hold), interval) + 4 * interval
    over = window(burn, "short") + 2 * interval
    shares = [(turn, 0.98 * burn.threshold), (turn, 1.02 * burn.threshold), (over, 0.95 * burn.threshold)]
    checks = (
        burning(budget, burn, turn - interval, "", there=False),
        burning(budget, burn, 2 * turn - interval, "firing", there=True),
        burning(budget, burn, 2 * turn + over - interval, "", there=False),
    )
    series = budget.inputs(shares, interval)
    return Case(name=f"{title(budget, burn)} at its limit", interval=interval, series=series, checks=checks)


def _grid(moment: float, interval: float) -> float:
    return -(-moment // interval) * interval


def _windows(budget: Budget, burn: PlannedAlert) -> Case:
    """A step to four times the limit: crossed after a quarter of the long window, over after three of the short one."""
    interval, long, short = pace(burn), window(burn, "long"), window(burn, "short")
    level = min(4 * burn.threshold, 1.0)
    share = burn.threshold / level
    crossing = _grid(share * long, interval)
    length = crossing + _grid(seconds(burn.hold), interval) + 6 * interval
    back = 0.0 if short == seconds(BASE) else _grid((1 - share) * short, interval)
    stop = long + length
    checks = [
        burning(budget, burn, long + crossing - 2 * interval, "", there=False),
        burning(budget, burn, long + crossing + interval, "", there=True),
        burning(budget, burn, stop - interval, "firing", there=True),
        burning(budget, burn, stop + back + 2 * interval, "", there=False),
    ]
    if back > 3 * interval:
        checks.append(burning(budget, burn, stop + back - 2 * interval, "firing", there=True))
    checks += _ratios(budget, level, long, length, interval)
    series = budget.inputs([(long, 0.0), (length, level), (back + 4 * interval, 0.0)], interval)
    return Case(name=f"{title(budget, burn)} windows", interval=interval, series=series, checks=tuple(checks))


def _ratios(budget: Budget, level: float, start: float, length: float, interval: float) -> Iterator[Check]:
    """Half a window after the step each recorded ratio stands at half the level."""
    for window, record in budget.ratios:
        samples = seconds(window) / interval
        seen = samples // 2
        if window != BASE and samples >= 4 and seconds(window) <= start and seen * interval <= length:
            expected = level * seen / samples
            expr = f"group (abs({record} / {number(expected)} - 1) < 0.01)"
            yield Check(moment=start + (seen - 1) * interval, expr=expr, samples=(("{}", 1.0),))


def _recorded(driven: Drive, budget: Budget) -> Case:
    """Driven from the component's own metrics, the recorded ratio is x, the share of bad events of this job alone; half
    a window after a step it is half way, and a window after the last sample it is over."""
    length, levels, base = 600.0, (0.2, 0.6), seconds(BASE)
    phases = (Phase(seconds=length), *(driven.at(x, length) for x in levels))
    tracks = driven.theatre.play(phases, reads=reads(driven.exprs))
    worst = driven.theatre.play((driven.at(1.0, 3 * length),), reads=reads(driven.exprs))
    record = next(r for window, r in budget.ratios if window == BASE)
    names, found = driven.told(tracks)
    samples = tuple(("{" + ", ".join(f'{k}="{v}"' for k, v in one) + "}", 1.0) for one in found)
    told = [(length * (n + 2) - 15, x, 0.01) for n, x in enumerate(levels)]
    told.append((length * 2 + base / 2, sum(levels) / 2, 0.05))
    checks = [
        Check(
            moment=moment,
            expr=f"group by ({', '.join(names)}) (abs({record} / {number(x)} - 1) < {number(near)})",
            samples=samples,
        )
        for moment, x, near in told
    ]
    counted, end = f"count by (job) ({budget.events})", length * len(phases)
    checks += [Check(moment=m, expr=counted, samples=_instances(driven, tracks)) for m in (length, end + base - 45)]
    checks.append(Check(moment=end + base + 15, expr=counted))
    checks.append(Check(moment=length, expr=f"count by (job) ({budget.errors})", samples=_instances(driven, tracks)))
    name = f"{budget.alert} counts what the component says"
    return Case(name=name, interval=15.0, tracks=(*tracks, *decoys(worst)), checks=tuple(checks))


def _instances(driven: Drive, tracks: tuple[Track, ...]) -> tuple[tuple[str, float], ...]:
    """How many instances each driven job has."""
    found: dict[str, set[str]] = {}
    for track in driven.driven(tracks):
        found.setdefault(track.instance.job.name, set()).add(track.instance.address)
    return tuple((f'{{job="{job}"}}', float(len(instances_))) for job, instances_ in sorted(found.items()))


def _period(budget: Budget) -> Case:
    """At nine tenths of what the objective allows nothing fires, and the budget counts what its period holds: a
    quarter without errors and three with, not the errors before."""
    interval, quarter = 3600.0, seconds(budget.period) / 4
    end, share = 5 * quarter, 0.9 * budget.allowed
    labels = {k: v for k, v in budget.labels if k != "instance"}
    left = f"group by ({', '.join(labels)}) (abs({budget.left} - 0.325) < 0.002)"
    told = "{" + ", ".join(f'{k}="{v}"' for k, v in sorted(labels.items())) + "}"
    ever = f'group by (alertname) (last_over_time(ALERTS{{alertname="{budget.alert}"}}[{duration(end)}]))'
    checks = (Check(moment=end, expr=left, samples=((told, 1.0),)), Check(moment=end, expr=ever))
    series = budget.inputs([(quarter, share), (quarter + interval, 0.0), (3 * quarter, share)], interval)
    return Case(name=f"{budget.alert}: a healthy period stays quiet", interval=interval, series=series, checks=checks)


def _eventless(budget: Budget) -> Case:
    """Without a single event there is no ratio at all, neither NaN nor infinite."""
    interval, length = 60.0, 600.0
    anything = " or ".join((*(record for _, record in budget.ratios), budget.left))
    checks = (Check(moment=length, expr=anything),)
    series = budget.inputs([(length + interval, 0.0)], interval, rate=0.0)
    return Case(name=f"{budget.alert}: no event, no ratio", interval=interval, series=series, checks=checks)
