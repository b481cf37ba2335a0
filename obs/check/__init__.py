"""One function per promise: (bundle) -> findings. Nothing is switched off."""

from collections.abc import Callable, Iterable, Iterator

from obs.check import alerts, dashboards, files, queries, settings
from obs.model.bundle import Bundle
from obs.model.finding import Finding

Check = Callable[[Bundle], Iterator[Finding]]

_FUNCTIONS: tuple[Check, ...] = (
    queries.query_syntax,
    queries.metrics_declared,
    queries.labels_fit,
    queries.counters_in_rates,
    queries.rates_on_counters,
    queries.rates_before_sums,
    queries.no_irate_in_alerts,
    queries.no_topk_in_alerts,
    queries.ranges_long_enough,
    queries.regexes_needed,
    queries.denominators_guarded,
    queries.histograms_keep_le,
    queries.alerts_compare,
    alerts.alert_names,
    alerts.group_sizes,
    alerts.severities,
    alerts.annotations,
    alerts.no_values_in_labels,
    alerts.template_labels,
    alerts.values_humanized,
    alerts.holds,
    alerts.no_duplicates,
    alerts.records_before_use,
    alerts.record_names,
    alerts.alerts_charted,
    alerts.alerts_documented,
    alerts.alerts_tested,
    alerts.alerts_routed,
    dashboards.panel_types,
    dashboards.panel_texts,
    dashboards.panel_units,
    dashboards.panel_targets,
    dashboards.panel_datasources,
    dashboards.datasource_variable,
    dashboards.scope_variables,
    dashboards.variable_queries,
    dashboards.targets_filtered,
    dashboards.rate_intervals,
    dashboards.unique_boards,
    dashboards.board_settings,
    dashboards.no_overlap,
    dashboards.titles_unique,
    dashboards.units_match,
    dashboards.both_schemas,
    files.sizes,
    files.no_secrets,
    files.links_resolve,
    settings.shared_settings_agree,
)

CHECKS: dict[str, Check] = {function.__name__.replace("_", "-"): function for function in _FUNCTIONS}
"""Name -> check; the first line of a check's docstring is its promise."""


LATE = ("alerts-tested", "sizes", "no-secrets")
"""Checks that read the rule tests, too."""
EARLY = tuple(name for name in CHECKS if name not in LATE)
"""Checks that can run before the rule tests are rendered."""


def run_checks(bundle: Bundle, names: Iterable[str] = tuple(CHECKS)) -> list[Finding]:
    """Every finding of these checks (all unless named), by place."""
    return sorted({finding for name in names for finding in CHECKS[name](bundle)})
