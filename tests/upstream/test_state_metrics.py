"""A real kube-state-metrics, with the bundle's arguments and rights, tells what the catalogue reads of objects."""

import re

import pytest

from obs.model.metric import Metric
from obs.model.plan import Plan
from obs.render.kube.state_metrics import wanted_metrics
from tests.engines.families import different, families
from tests.engines.servers.state_metrics import Told
from tests.upstream.reads import reads

pytestmark = [pytest.mark.cluster, pytest.mark.upstream, pytest.mark.engine("kube-state-metrics")]

READ = reads("kube-state-metrics")


@pytest.mark.parametrize("metric", READ, ids=lambda metric: str(metric.name))
def test_every_metric_the_catalogue_reads_of_objects_is_told_with_its_type_and_labels(
    metric: Metric, page: str
) -> None:
    assert different(metric, families(page, own=("kube_",))) == ""


def test_nothing_is_told_that_nobody_reads(page: str, plan: Plan) -> None:
    assert set(families(page, own=("kube_",))) == set(wanted_metrics(plan))


def test_its_rights_are_enough(page: str, told: Told) -> None:
    logs = {name: log.read_text(encoding="utf-8") for name, log in told.logs.items()}
    assert len(logs) == 2
    assert {name: found for name, log in logs.items() if (found := complaints(log))} == {}


def complaints(log: str) -> list[str]:
    """Lines of klog that warn or tell of an error."""
    return [line for line in log.splitlines() if re.match(r"[WEF]\d{4} ", line) or "forbidden" in line]
