"""A real node_exporter with the bundle's arguments tells what the catalogue reads of nodes."""

import re
from pathlib import Path

import pytest

from obs.model.plan import Plan
from obs.render.kube.node_exporter import collectors
from obs.spec.defaults import IMAGES
from tests.engines.families import different, families, page_at
from tests.engines.recipes import NODE_EXPORTER
from tests.engines.servers.node_exporter import NAME, of_files, of_this_machine
from tests.upstream.reads import reads

pytestmark = pytest.mark.engine(NAME)

OWN = ("node_",)
NETFILTER = Path("/proc/sys/net/netfilter/nf_conntrack_count")


def succeeded(page: str) -> set[str]:
    """The collectors that say they worked."""
    return set(re.findall(r'^node_scrape_collector_success{collector="(\w+)"} 1$', page, flags=re.MULTILINE))


def test_every_metric_the_catalogue_reads_of_nodes_is_told_with_its_type_and_labels(
    plan: Plan, tmp_path: Path
) -> None:
    with of_files(plan, tmp_path) as (port, _):
        page = page_at(port)
    told = families(page, own=OWN)
    asked = reads("node-exporter")
    assert len(asked) > 10
    assert [said for metric in asked if (said := different(metric, told))] == []
    assert succeeded(page) == set(collectors(plan))


def test_of_this_machine_every_collector_that_runs_tells_the_same(plan: Plan, tmp_path: Path) -> None:
    with of_this_machine(plan, tmp_path) as port:
        page = page_at(port)
    lacking = set() if NETFILTER.exists() else {"conntrack"}
    assert succeeded(page) >= set(collectors(plan)) - lacking
    told = families(page, own=OWN)
    present = [metric for metric in reads("node-exporter") if metric.name in told]
    assert len(present) > 10
    assert [said for metric in present if (said := different(metric, told))] == []


def test_the_version_that_is_deployed_is_the_one_that_ran() -> None:
    assert IMAGES["node-exporter"].tag == f"v{NODE_EXPORTER}"
