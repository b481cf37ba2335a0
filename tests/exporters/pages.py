"""What any live page of ours must be: read by the strict parser, clean for promtool, and nothing but its table."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

from prometheus_client.core import REGISTRY, Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from obs_exporter.row import Row


def families(openmetrics: str) -> list[Metric]:
    """The page's families; the parser of prometheus_client raises for whatever OpenMetrics 1.0 forbids."""
    return list(text_string_to_metric_families(openmetrics))  # type: ignore[no-untyped-call]


def off_the_table(openmetrics: str, rows: Iterable[Row]) -> list[str]:
    """How the page differs from the exporter's table: unknown families, other types, units, help or labels.

    What prometheus_client measures of the process itself is in no table, and must be as the client words it.
    """
    known = {row.name.removesuffix("_total") if row.type == "counter" else row.name: row for row in rows}
    client = {family.name: (family.type, family.unit, family.documentation) for family in REGISTRY.collect()}
    found = []
    for family in families(openmetrics):
        if client.get(family.name) == (family.type, family.unit, family.documentation):
            continue
        row = known.get(family.name)
        if row is None:
            found.append(f"{family.name} is no row of the table")
            continue
        if (family.type, family.unit, family.documentation) != (row.type, row.unit, row.help):
            found.append(f"{family.name}: {family.type}, {family.unit!r}, {family.documentation!r}")
        own = {"le"} if row.type == "histogram" else set()
        labels = {frozenset(sample.labels) - own for sample in family.samples}
        found += [f"{family.name} has the labels {sorted(each)}" for each in labels if each != set(row.labels)]
    return found


def lint(promtool: Path, text: str) -> str:
    """What `promtool check metrics` says about a page in text format; nothing is good."""
    done = subprocess.run(
        [str(promtool), "check", "metrics"], input=text, capture_output=True, text=True, check=False, timeout=60
    )
    said = (done.stdout + done.stderr).strip()
    return said or ("" if done.returncode == 0 else f"promtool ended with {done.returncode}")
