"""One function per promise: (bundle) -> findings. Nothing is switched off."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from obs.check import (
    alerts,
    coded_boards,
    dashboards,
    files,
    fluentd,
    log_links,
    queries,
    saved_objects,
    saved_panels,
    searches,
    settings,
    store,
)
from obs.conventions import dashboard_path, dashboard_v2_path, rules_path
from obs.model.bundle import Bundle
from obs.model.finding import Finding
from obs.model.plan import Plan
from obs.model.platform import Mixin

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
    searches.kql_syntax,
    searches.kql_fields,
    searches.kql_values,
    searches.board_fields,
    searches.board_measures,
    searches.board_names,
    searches.board_alerts,
    saved_objects.saved_lines,
    saved_objects.saved_versions,
    saved_objects.saved_attributes,
    saved_objects.saved_ids,
    saved_objects.saved_references,
    saved_objects.saved_names,
    saved_panels.panels_by_value,
    saved_panels.panels_of_lasting_kinds,
    saved_panels.boards_filter,
    saved_panels.panels_placed,
    saved_panels.lens_columns,
    saved_panels.map_layers_drawn,
    coded_boards.coded_shapes,
    coded_boards.coded_references,
    coded_boards.coded_counterparts,
    log_links.links_into_kibana,
    log_links.links_into_grafana,
    log_links.alerts_have_lines,
    store.store_keys,
    store.store_mappings,
    store.store_fields,
    store.store_references,
    store.streams_covered,
    store.retention_kept,
    store.store_privileges,
    fluentd.fluentd_parameters,
    fluentd.fluentd_labels,
    files.sizes,
    files.no_secrets,
    files.links_resolve,
    settings.shared_settings_agree,
    settings.one_service_per_prober,
)

CHECKS: dict[str, Check] = {function.__name__.replace("_", "-"): function for function in _FUNCTIONS}
"""Name -> check; the first line of a check's docstring is its promise."""


OF_TESTS = ("alerts-tested", "sizes", "no-secrets")
"""Checks of the rule tests, which need no other file."""
OF_OTHERS = tuple(name for name in CHECKS if name != "alerts-tested")
"""Checks of all other files, which need no rule test. Files are sized and searched for secrets one by one."""


def run_checks(bundle: Bundle, names: Iterable[str] = tuple(CHECKS)) -> list[Finding]:
    """Every finding of these checks (all unless named), by place."""
    mixins = _of_mixins(bundle.plan)
    return sorted({_traced(finding, mixins) for name in names for finding in CHECKS[name](bundle)})


def _of_mixins(plan: Plan) -> dict[str, Mixin]:
    """File on the shelf -> the mixin it comes from."""
    rules = {rules_path(mixin.name): mixin for mixin in plan.platform.mixins}
    by_name = {mixin.name: mixin for mixin in plan.platform.mixins}
    boards = [(board.uid, by_name[board.component]) for board in plan.dashboards if board.raw]
    return rules | {path(uid): mixin for uid, mixin in boards for path in (dashboard_path, dashboard_v2_path)}


def _traced(finding: Finding, mixins: Mapping[str, Mixin]) -> Finding:
    """The finding, with the spec's line and the mixin where the file is made from one: nobody mends a shelf."""
    mixin = mixins.get(finding.place.partition(":")[0])
    if mixin is None:
        return finding
    return replace(finding, place=f"{mixin.place}: mixin {mixin.name}: {finding.place}")
