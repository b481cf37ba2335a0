"""Real Fluentd lands every sample as the pipeline on paper does. Run by `make prove-logs`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from obs.model.logs import LogFormat
from obs.prove.logs import Document, Pod
from tests.logs import fluentd, stage
from tests.logs.cluster import Json, serve
from tests.logs.differences import differing
from tests.logs.samples import Sample, samples
from tests.logs.secrets import PLANTS
from tests.logs.test_secrets import CUTS, FORMS

pytestmark = [pytest.mark.xdist_group("fluentd"), pytest.mark.fluentd]
SAMPLES = list(samples())
SETTLED_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Run:
    """What one run was given, what arrived by the name of the pod, and every file Fluentd wrote."""

    pods: dict[str, Pod]
    arrived: dict[str, list[Json]]
    written: str


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
            _write(pod, sample.lines())
        for form, lines in planted():
            pod = stage.pod(form, f"planted-{form.name}", str(running.logs))
            pods[pod.name], cluster.pods[pod.name] = pod, stage.told(pod)
            _write(pod, lines)
        expected = sum(len(_paper(sample, pods)) for sample in SAMPLES)
        expected += sum(
            len(stage.on_paper(form, pods[f"planted-{form.name}"], lines)) for form, lines in planted()
        )
        running.start()
        try:
            running.wait(lambda: len(cluster.documents()) >= expected, SETTLED_SECONDS)
        finally:
            running.stop()
        arrived: dict[str, list[Json]] = {name: [] for name in pods}
        for document in cluster.documents():
            arrived[str(document["kubernetes.pod.name"])].append(document)
        yield Run(pods, arrived, _written(running))


def planted() -> list[tuple[LogFormat, list[str]]]:
    """Lines with secrets by format, cut in every way, each at a time of its own so that no two are the same event."""
    found: dict[str, list[str]] = {}
    for number, (plant, cut) in enumerate((p, c) for p in PLANTS for c in CUTS):
        minute = f"2026-11-22T{number // 60:02d}:{number % 60:02d}:00"
        lines = [line.replace("2026-11-22T14:54:00", minute) for line in cut(plant)]
        found.setdefault(plant.form, []).extend(lines)
    return [(FORMS[name], lines) for name, lines in found.items()]


def _write(pod: Pod, lines: list[str]) -> None:
    file = Path(pod.file)
    file.parent.mkdir(parents=True)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _written(running: fluentd.Fluentd) -> str:
    """Everything Fluentd put on disk or told: buffers, dead letters, positions, its own log."""
    files = [running.output, *(file for file in running.state.rglob("*") if file.is_file())]
    return "".join(file.read_bytes().decode("utf-8", errors="replace") for file in files)


@pytest.mark.parametrize("sample", SAMPLES, ids=_pod_name)
def test_fluentd_makes_the_documents_the_paper_says(run: Run, sample: Sample) -> None:
    expected = [{k: v for k, v in d.items() if v is not None} for d in _paper(sample, run.pods)]
    found = sorted(run.arrived[_pod_name(sample)], key=lambda d: str(d["event.created"]))
    assert list(differing(found, expected)) == []


def test_no_planted_secret_reaches_any_output(run: Run) -> None:
    told = [json.dumps(document, ensure_ascii=False) for documents in run.arrived.values() for document in documents]
    leaked = {p.secret for p in PLANTS if p.secret in run.written or any(p.secret in text for text in told)}
    assert leaked == set()
