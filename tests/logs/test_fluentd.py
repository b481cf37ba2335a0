"""Real Fluentd lands every sample as the pipeline on paper does. Skipped, with the reason, where there is none."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from obs.prove.logs import Document, Pod
from tests.logs import fluentd, stage
from tests.logs.cluster import Json, serve
from tests.logs.differences import differing
from tests.logs.samples import Sample, samples

pytestmark = [
    pytest.mark.xdist_group("fluentd"),
    pytest.mark.skipif(fluentd.BINARY is None, reason="no fluentd on PATH; the recorded run stands (make prove-logs)"),
]
SAMPLES = list(samples())
SETTLED_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Run:
    """What one run was given and what arrived, by the name of the pod."""

    pods: dict[str, Pod]
    arrived: dict[str, list[Json]]


def _pod_name(sample: Sample) -> str:
    return f"{sample.form.name}-{sample.file.stem}"


def _paper(sample: Sample, run: dict[str, Pod]) -> list[Document]:
    return stage.on_paper(sample.form, run[_pod_name(sample)], sample.lines())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """All samples, through real Fluentd at once."""
    pods: dict[str, Pod] = {}
    with serve({}) as cluster:
        running = fluentd.prepared(tmp_path_factory.mktemp("fluentd"), stage.configuration(), cluster)
        for sample in SAMPLES:
            pod = stage.pod(sample.form, _pod_name(sample), str(running.logs))
            pods[pod.name], cluster.pods[pod.name] = pod, stage.told(pod)
            Path(pod.file).write_text("".join(f"{line}\n" for line in sample.lines()), encoding="utf-8")
        expected = sum(len(_paper(sample, pods)) for sample in SAMPLES)
        running.start()
        try:
            running.wait(lambda: len(cluster.documents()) >= expected, SETTLED_SECONDS)
        finally:
            running.stop()
        arrived: dict[str, list[Json]] = {name: [] for name in pods}
        for document in cluster.documents():
            arrived[str(document["kubernetes.pod.name"])].append(document)
        yield Run(pods, arrived)


@pytest.mark.parametrize("sample", SAMPLES, ids=_pod_name)
def test_fluentd_makes_the_documents_the_paper_says(run: Run, sample: Sample) -> None:
    expected = [{k: v for k, v in d.items() if v is not None} for d in _paper(sample, run.pods)]
    found = sorted(run.arrived[_pod_name(sample)], key=lambda d: str(d["event.created"]))
    assert list(differing(found, expected)) == []
