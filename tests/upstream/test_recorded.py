"""What the catalogue reads of kube-state-metrics stands in the pages that were kept of real ones."""

import pytest

from obs.model.metric import Metric
from obs.spec.defaults import IMAGES
from tests.engines.families import different
from tests.engines.recipes import STATE_METRICS
from tests.upstream.families import recorded
from tests.upstream.reads import reads


@pytest.mark.parametrize("metric", reads("kube-state-metrics"), ids=lambda metric: str(metric.name))
def test_every_metric_the_catalogue_reads_of_objects_was_told_by_the_versions_recorded(metric: Metric) -> None:
    assert {of: different(metric, page) for of, page in recorded().items()} == dict.fromkeys(recorded(), "")


def test_the_version_that_is_deployed_is_the_one_that_ran_and_was_recorded() -> None:
    assert IMAGES["kube-state-metrics"].tag == f"v{STATE_METRICS}"
    assert f"kube-state-metrics {STATE_METRICS}" in recorded()
