"""What the catalogue reads from our exporters is what their tables declare: the contract that replaces an import."""

import ast
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from obs import library
from obs.model.metric import Metric, Source

ROOT = Path(__file__).parents[1]
PREFIXES = {"obs_event_exporter": "event_", "obs_authz_exporter": "authz_", "obs_db_exporter": "db_"}
EXPORTERS = tuple(sorted(PREFIXES))
BASE_UNITS = ("seconds", "bytes", "ratio")
TARGET_LABELS = {"cluster", "namespace", "job", "instance", "pod", "node", "zone", "le", "quantile", "type"}
"""Labels Prometheus or its relabelling sets; an exporter must not."""

READ = [
    pytest.param(source, metric, id=f"{source.name}-{metric.name}")
    for component in library.components().values()
    for source in component.sources
    for metric in source.metrics
    if source.exporter and not metric.name.startswith("process_")  # the process's own are prometheus_client's
]


def rows(exporter: str) -> dict[str, Any]:
    """Metric name -> row of an exporter's table."""
    return {row.name: row for row in import_module(f"{exporter}.metrics").METRICS}


def broken(exporter: str, metric: Metric) -> str:
    """What an exporter's table says differently from a component's declaration; "" when they agree."""
    row = rows(exporter).get(metric.name)
    if row is None:
        return f"{exporter} exposes no {metric.name}"
    said = (row.type, row.unit, set(row.labels))
    read = (metric.type, metric.unit, set(metric.labels))
    return "" if said == read else f"{metric.name}: {exporter} says {said}, the catalogue {read}"


@pytest.mark.parametrize(("source", "metric"), READ)
def test_every_metric_the_catalogue_reads_is_in_its_exporters_table(source: Source, metric: Metric) -> None:
    assert broken(source.exporter, metric) == ""


@pytest.mark.parametrize(
    "metric",
    [
        Metric(name="event_gone", type="gauge", help="no such row"),
        Metric(name="event_up", type="counter", help="wrong type"),
        Metric(name="event_up", type="gauge", unit="seconds", help="wrong unit"),
        Metric(name="event_up", type="gauge", labels=("queue",), help="wrong label"),
    ],
    ids=lambda metric: str(metric.help),
)
def test_a_metric_that_differs_from_the_table_is_told(metric: Metric) -> None:
    assert metric.name in broken("obs_event_exporter", metric)


def test_every_exporter_a_source_names_has_a_table() -> None:
    named = {source.exporter for component in library.components().values() for source in component.sources}
    assert named - {""} == set(EXPORTERS)


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_names_are_unique_and_carry_the_exporters_prefix(exporter: str) -> None:
    names = [row.name for row in import_module(f"{exporter}.metrics").METRICS]
    assert [name for name in names if not name.startswith(PREFIXES[exporter])] == []
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_counters_and_only_counters_end_in_total(exporter: str) -> None:
    wrong = [row.name for row in rows(exporter).values() if (row.type == "counter") != row.name.endswith("_total")]
    assert wrong == []


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_a_unit_is_the_last_word_of_the_name(exporter: str) -> None:
    words = {row.name: row.name.removesuffix("_total").rsplit("_", 1)[-1] for row in rows(exporter).values()}
    wrong = [name for name, word in words.items() if rows(exporter)[name].unit != (word if word in BASE_UNITS else "")]
    assert wrong == []


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_exporters_leave_target_labels_to_prometheus(exporter: str) -> None:
    wrong = {row.name: set(row.labels) & TARGET_LABELS for row in rows(exporter).values()}
    assert {name: labels for name, labels in wrong.items() if labels} == {}


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_every_row_explains_itself_in_a_sentence(exporter: str) -> None:
    assert [row.name for row in rows(exporter).values() if not (row.help and row.help.endswith("."))] == []


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_tables_are_rows_and_nothing_else(exporter: str) -> None:
    tree = ast.parse((ROOT / "exporters" / exporter / "metrics.py").read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {node for node in ast.walk(tree) if isinstance(node, ast.Import)} == set()
    assert modules == {"obs_exporter", "obs_exporter.row"}
