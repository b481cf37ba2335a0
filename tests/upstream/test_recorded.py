"""What the catalogue reads of kube-state-metrics, kubelet and cAdvisor stands in the pages kept of real ones."""

import pytest

from obs.model.metric import Metric
from obs.spec.defaults import IMAGES
from tests.engines.families import different
from tests.engines.recipes import KUBERNETES, STATE_METRICS
from tests.upstream.families import OWN, recorded
from tests.upstream.reads import UNTOLD, reads

READ = [(source, metric) for source in OWN for metric in reads(source)]


@pytest.mark.parametrize(("source", "metric"), READ, ids=lambda value: str(getattr(value, "name", value)))
def test_every_metric_the_catalogue_reads_was_told_by_the_versions_recorded(source: str, metric: Metric) -> None:
    pages = {of: page for of, page in recorded().items() if of.startswith(f"{source} ")}
    untold = f"no {metric.name}" if metric.name in UNTOLD else ""
    assert {of: different(metric, page) for of, page in pages.items()} == dict.fromkeys(pages, untold)
    assert pages


def test_the_version_that_is_deployed_is_the_one_that_ran_and_was_recorded() -> None:
    assert IMAGES["kube-state-metrics"].tag == f"v{STATE_METRICS}"
    assert f"kube-state-metrics {STATE_METRICS}" in recorded()
    assert f"kubelet {KUBERNETES}" in recorded()
