"""Promises about PromQL: it parses, reads what exists, and means what it says."""

import re
from collections.abc import Iterator
from functools import lru_cache

from obs.check.facts import boards, declared, known_labels, placed_rules
from obs.check.promql import COMPARISONS, function, operator, parse, plain_regex, selectors, steps, unwrapped, walk
from obs.check.shapes import Inference
from obs.conventions import seconds
from obs.model.bundle import Bundle
from obs.model.finding import Finding

RATES = frozenset({"rate", "increase", "irate"})
ON_COUNTERS = RATES | {
    "resets",
    "changes",
    "absent",
    "absent_over_time",
    "count",
    "group",
    "present_over_time",
    "timestamp",
}
_BY_TYPE = ("_bucket", "_sum", "_count", "_total")

Query = tuple[str, str, bool, bool]
"""(place, PromQL, whether it belongs to an alert, whether it is ours)"""


@lru_cache(maxsize=4)
def every_query(bundle: Bundle) -> tuple[Query, ...]:
    """Rules first, then panel targets."""
    rules = ((p.place, p.rule.expr, bool(p.rule.alert), p.ours) for p in placed_rules(bundle.plan))
    panels = ((board, panel) for board in boards(bundle) for panel in board.panels())
    targets = (
        (board.place(panel), str(target.get("expr", "")), False, board.ours)
        for board, panel in panels
        for target in panel.get("targets", [])
    )
    return (*rules, *targets)


@lru_cache(maxsize=4)
def parsed_queries(bundle: Bundle) -> tuple[Query, ...]:
    """Those that parse; the others are `query_syntax`'s business."""
    return tuple(query for query in every_query(bundle) if _error(query[1]) == "")


def _error(text: str) -> str:
    try:
        parse(text)
    except ValueError as error:
        return str(error)
    return ""


def query_syntax(bundle: Bundle) -> Iterator[Finding]:
    """Every query of every rule and panel is valid PromQL."""
    for place, text, _, _ in every_query(bundle):
        error = _error(text)
        if error:
            yield Finding(
                place=place, rule="query-syntax", what=f"does not parse: {error}", fix="mend the signal's query"
            )


def metrics_declared(bundle: Bundle) -> Iterator[Finding]:
    """Every metric a rule or panel reads is declared by a component, or recorded by a rule of the bundle."""
    known = known_labels(bundle.plan)
    for place, text, _, ours in parsed_queries(bundle):
        for selector in selectors(text) if ours else ():
            if selector.name not in known:
                what = f"reads {selector.name or 'a selector without a name'}, which nothing declares"
                yield Finding(
                    place=place, rule="metrics-declared", what=what, fix="declare it in the component's metrics.py"
                )


def labels_fit(bundle: Bundle) -> Iterator[Finding]:
    """Matchers, aggregations and joins use labels their series carry, and no join can become many-to-many."""
    known = known_labels(bundle.plan)
    for place, text, _, ours in parsed_queries(bundle):
        inference = Inference(known)
        inference.of(text)
        for rule, what, fix in dict.fromkeys(inference.problems) if ours else ():
            yield Finding(place=place, rule=rule, what=what, fix=fix)


def counters_in_rates(bundle: Bundle) -> Iterator[Finding]:
    """Counters are read through rate, increase or resets, never raw."""
    metrics = declared(bundle.plan)
    for place, text, _, ours in parsed_queries(bundle):
        for selector in selectors(text):
            metric = metrics.get(selector.name)
            counter = metric.type in ("counter", "histogram") if metric else selector.name.endswith("_total")
            if counter and not ON_COUNTERS & set(selector.within) and (ours or metric):
                what = f"reads the counter {selector.name} raw"
                yield Finding(place=place, rule="counters-in-rates", what=what, fix="take its rate or increase first")


def rates_on_counters(bundle: Bundle) -> Iterator[Finding]:
    """rate and increase are taken of counters only: of a gauge they mean nothing."""
    metrics = declared(bundle.plan)
    for place, text, _, _ in parsed_queries(bundle):
        for selector in selectors(text):
            metric = metrics.get(selector.name)
            if metric and metric.type == "gauge" and selector.within[:1] and selector.within[0] in RATES:
                what = f"takes {selector.within[0]}() of the gauge {selector.name}"
                yield Finding(place=place, rule="rates-on-counters", what=what, fix="use deriv() or delta() for gauges")


def no_irate_in_alerts(bundle: Bundle) -> Iterator[Finding]:
    """Alerts do not use irate: it sees two samples and flaps."""
    for place, text, alert, _ in parsed_queries(bundle):
        if alert and any("irate" in s.within for s in selectors(text)):
            yield Finding(
                place=place, rule="no-irate-in-alerts", what="uses irate()", fix="use rate() over five minutes"
            )


def ranges_long_enough(bundle: Bundle) -> Iterator[Finding]:
    """Rates in rules look back at least four scrapes, so that one missed scrape does not blind them."""
    least = 4 * seconds(bundle.plan.platform.stack.scrape_interval)
    for placed in placed_rules(bundle.plan):
        for selector in selectors(placed.rule.expr) if _error(placed.rule.expr) == "" else ():
            if selector.within[:1] and selector.within[0] in RATES and 0 < selector.range_ < least:
                what = f"{selector.name} is looked at for {selector.range_:g} s, less than four scrapes ({least:g} s)"
                yield Finding(place=placed.place, rule="ranges-long-enough", what=what, fix="widen the range")


def rates_before_sums(bundle: Bundle) -> Iterator[Finding]:
    """rate is taken before sum, never after: a sum of counters resets whenever one of them does."""
    for place, text, _, _ in parsed_queries(bundle):
        for step in steps(text):
            if function(step.node) == "sum" and RATES & set(step.within):
                yield Finding(place=place, rule="rates-before-sums", what="takes a rate of a sum", fix="sum the rates")


def regexes_needed(bundle: Bundle) -> Iterator[Finding]:
    """Regex matchers are there for a reason: plain text wants equality, and Prometheus anchors by itself."""
    for place, text, _, _ in parsed_queries(bundle):
        for selector in selectors(text):
            for matcher in selector.matchers:
                if matcher.op in ("=~", "!~") and plain_regex(matcher.value):
                    what = f'{matcher.name}{matcher.op}"{matcher.value}" is plain text'
                    yield Finding(place=place, rule="regexes-needed", what=what, fix="compare with = or !=")
                if matcher.op in ("=~", "!~") and re.search(r"^\^|\$$", matcher.value) and "$" not in matcher.value[:1]:
                    what = f"{matcher.name} carries anchors"
                    yield Finding(
                        place=place, rule="regexes-needed", what=what, fix="drop ^ and $, matchers are anchored"
                    )


def denominators_guarded(bundle: Bundle) -> Iterator[Finding]:
    """Ratios in rules guard their denominators, so that no traffic is no data instead of NaN."""
    for placed in placed_rules(bundle.plan):
        if not placed.ours or _error(placed.rule.expr):
            continue
        for node, _, _ in steps(placed.rule.expr):
            if operator(node) == "/" and _may_be_zero(node.rhs):
                what = f"divides by something that can be 0: {str(node.rhs)[:80]}"
                yield Finding(
                    place=placed.place,
                    rule="denominators-guarded",
                    what=what,
                    fix="compare it with > 0 inside the division",
                )


def _may_be_zero(node: object) -> bool:
    """A sum of rates or of gauges without a comparison; plain gauges and counts of series are the author's to know."""
    inner = unwrapped(node)
    if operator(inner) in COMPARISONS or function(inner) in ("clamp_min", "count", "count_over_time"):
        return False
    return any(function(step.node) in RATES for step in walk(inner))


def alerts_compare(bundle: Bundle) -> Iterator[Finding]:
    """Every alert compares with something (or asks for absence); without that it fires whenever the series exists."""
    for placed in placed_rules(bundle.plan):
        if placed.rule.alert and _error(placed.rule.expr) == "" and not _compares(placed.rule.expr):
            yield Finding(
                place=placed.place, rule="alerts-compare", what="has no comparison", fix="say when it is too much"
            )


def _compares(text: str) -> bool:
    return any(
        operator(node) in COMPARISONS | {"unless"} or function(node).startswith("absent") for node, _, _ in steps(text)
    ) or (text.strip() in ("vector(1)",))


def no_topk_in_alerts(bundle: Bundle) -> Iterator[Finding]:
    """Alerts do not rank: topk changes its members from one evaluation to the next."""
    for place, text, alert, _ in parsed_queries(bundle):
        if alert and any(function(step.node) in ("topk", "bottomk", "limitk") for step in steps(text)):
            yield Finding(
                place=place,
                rule="no-topk-in-alerts",
                what="ranks with topk()",
                fix="compare all series with a threshold",
            )


def histograms_keep_le(bundle: Bundle) -> Iterator[Finding]:
    """histogram_quantile reads buckets and keeps le through every aggregation."""
    known = known_labels(bundle.plan)
    for place, text, _, ours in parsed_queries(bundle):
        for node, _, _ in steps(text):
            if function(node) != "histogram_quantile":
                continue
            inner = str(node.args[1])
            if not any(s.name.endswith("_bucket") or ":" in s.name for s in selectors(inner)):
                what, fix = "takes a quantile of no bucket", "read the _bucket series"
                yield Finding(place=place, rule="histograms-keep-le", what=what, fix=fix)
            labels = Inference(known).of(inner).labels
            if ours and labels is not None and "le" not in labels:
                what, fix = "aggregates le away", "keep le in the by clause"
                yield Finding(place=place, rule="histograms-keep-le", what=what, fix=fix)
