"""A kubelet of the newest Kubernetes, with a pod and its volume, tells what the catalogue reads of kubelets."""

import pytest

from obs.model.metric import Metric
from tests.engines.families import different, families, page_at
from tests.engines.servers.kubelet import Kubelet
from tests.upstream.families import LATE, OWN, PATHS
from tests.upstream.reads import UNTOLD, reads

pytestmark = [pytest.mark.cluster, pytest.mark.upstream, pytest.mark.engine("hollow-kubelet")]

READ = [(source, metric) for source in PATHS for metric in reads(source)]


@pytest.fixture(scope="module")
def pages(kubelet: Kubelet) -> dict[str, str]:
    """Source -> its page."""
    kubelet.page_with(*LATE)
    return {source: page_at(kubelet.port, path) for source, path in PATHS.items()}


@pytest.mark.parametrize(("source", "metric"), READ, ids=lambda value: str(getattr(value, "name", value)))
def test_every_metric_the_catalogue_reads_of_kubelets_is_told(
    source: str, metric: Metric, pages: dict[str, str]
) -> None:
    untold = f"no {metric.name}" if metric.name in UNTOLD else ""
    assert different(metric, families(pages[source], own=OWN[source])) == untold
