"""Real Fluentd: workers that share a node's pods, the journal, and lines of nobody's form. Run by `make prove-logs`."""

import gzip
import json
import re
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from obs.prove.logs import Pod
from tests.engines.processes import free_port
from tests.logs import fluentd, stage
from tests.logs.cluster import Json, serve

pytestmark = [pytest.mark.xdist_group("fluentd"), pytest.mark.fluentd]
SETTLED_SECONDS = 60
JOURNAL = Path(__file__).with_name("data") / "node.journal.gz"
"""Entries of kubelet, containerd, ssh and kubelet, written by systemd-journal-remote 252 from the export format."""
FIRST = (
    "s=b98a2866f984402986dffdd1f0f842b6;i=1;b=0123456789abcdef0123456789abcdef;m=f4240;t=644302f1fdc00;x=33c010c9ea2e17f6"
)
"""Cursor of the first entry."""
LINES = 200


def _pod(uid: str, folder: str) -> Pod:
    return replace(stage.pod(stage.plan().logging.fallback, f"pod-{uid}", folder), uid=f"00000000-{uid}")


def _write(pod: Pod, lines: list[bytes]) -> None:
    file = Path(pod.file)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"".join(line + b"\n" for line in lines))


def _messages(documents: list[Json]) -> list[str]:
    return sorted(str(document["message"]) for document in documents)


def test_workers_read_every_file_once_and_one_page_tells_of_all(tmp_path: Path) -> None:
    files = stage.configuration(workers=3)
    metrics = free_port()
    with serve({}) as cluster:
        running = fluentd.prepared(tmp_path, files, cluster, workers=3, metrics=metrics)
        pods = [_pod(digit, str(running.logs)) for digit in "0123456789abcdefz"]
        for number, pod in enumerate(pods):
            cluster.pods[pod.name] = stage.told(pod)
            _write(pod, [_line(number * LINES + n).encode() for n in range(LINES)])
        running.start()
        try:
            running.wait(lambda: len(cluster.documents()) >= len(pods) * LINES, SETTLED_SECONDS)
            running.wait(lambda: _workers_told(metrics) == {"0", "1", "2"}, SETTLED_SECONDS)
        finally:
            running.stop()
        written = [path.read_text(encoding="utf-8").count("0.log") for path in (running.state / "pos").glob("*.pos")]
        stored = _messages(cluster.documents())
    assert stored == sorted(f"order {n} filled" for n in range(len(pods) * LINES))
    assert cluster.conflicts == 0
    assert sorted(written) == [5, 6, 6]


def _workers_told(port: int) -> set[str]:
    """Workers that the metrics page knows; the plugins measure every 15 seconds."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return set(re.findall(r'worker_id="(\d+)"', answer.read().decode()))


def _line(number: int) -> str:
    return f"2026-11-22T14:54:00.{number:09d}Z stdout F {json.dumps({'message': f'order {number} filled'})}"


def test_the_journal_goes_on_where_it_was_left_and_tells_of_kubelet_and_runtime_only(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    journal.mkdir()
    (journal / "node.journal").write_bytes(gzip.decompress(JOURNAL.read_bytes()))
    with serve({}) as cluster:
        running = fluentd.prepared(tmp_path / "fluentd", stage.configuration(), cluster, journal=str(journal))
        (running.state / "pos" / "journal.json").write_text(json.dumps({"journal": FIRST}), encoding="utf-8")
        running.start()
        try:
            running.wait(lambda: len(cluster.documents()) >= 2, SETTLED_SECONDS)
        finally:
            running.stop()
        found = {str(d["event.created"]): d for d in cluster.documents()}
    assert sorted(found) == ["2025-11-22T15:00:01.000000000Z", "2025-11-22T15:00:03.000000000Z"]
    one, other = (found[time] for time in sorted(found))
    assert (one["event.dataset"], one["log.level"]) == ("kubernetes.containerd", "info")
    assert (other["event.module"], other["log.level"]) == ("kubernetes", "error")
    assert "hunter2secret" not in json.dumps(other)


ODD = (
    b"of no runtime's form",
    b"2026-11-22T14:54:00.1Z stdout F bytes \xff\xfe of no text",
    b"2026-11-22T14:54:00.2Z stdout F ",
    b'{"log":"docker, stderr\\n","stream":"stderr","time":"2026-11-22T14:54:00.3Z"}',
    b'{"log": 5}',
    b"2026-11-22T14:54:00.4Z stdout P a part whose rest never comes",
    b"2026-11-22T14:54:00.5Z stderr F {\"message\": broken",
)


def test_lines_of_no_known_form_land_too(tmp_path: Path) -> None:
    with serve({}) as cluster:
        running = fluentd.prepared(tmp_path, stage.configuration(), cluster)
        pod = _pod("odd", str(running.logs))
        cluster.pods[pod.name] = stage.told(pod)
        _write(pod, list(ODD))
        running.start()
        try:
            running.wait(lambda: len(cluster.documents()) >= len(ODD), SETTLED_SECONDS)
        finally:
            running.stop()
        found = cluster.documents()
    assert _messages(found) == sorted(
        (
            *("", "of no runtime's form", "bytes \ufffd\ufffd of no text", "docker, stderr", '{"log": 5}'),
            *("a part whose rest never comes", '{"message": broken'),
        )
    )
    assert all(document["@timestamp"] for document in found)
