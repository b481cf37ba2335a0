"""The event tailer on a real API server, with its own account: every event once, whatever ends it or is forgotten."""

import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from obs.render.kube import event_tailer
from tests.cluster.conftest import create, namespace
from tests.engines.cluster import Cluster, kubeconfig_of
from tests.engines.processes import free_port
from tests.render.kube_shelf import plan_of

pytestmark = pytest.mark.cluster

PACKAGES = Path(__file__).resolve().parents[2] / "exporters"
FORGOTTEN = "the state to go on from is forgotten"
HOME, SHOP = "tailing", "tailed"
ACCOUNT = f"system:serviceaccount:{HOME}:obs-event-tailer"
FORBIDDEN = (
    ("get", "events"),
    ("create", "events"),
    ("delete", "events"),
    ("list", "pods"),
    ("get", "secrets"),
    ("list", "configmaps"),
    ("create", "serviceaccounts/token"),
)


@dataclass(kw_only=True)
class Tailer:
    """The program with its files; lines of all its runs stand in one file, as a container's do."""

    cluster: Cluster
    folder: Path
    kubeconfig: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run it, and wait until it hears of the cluster."""
        port = free_port()
        command = [sys.executable, "-m", "obs_event_tailer", "--listen", f"127.0.0.1:{port}"]
        command += ["--position", str(self.folder / "position"), "--kubeconfig", str(self.kubeconfig)]
        with (self.folder / "lines").open("ab") as lines, (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([*command, "--watch", "4"], stdout=lines, stderr=log, cwd=PACKAGES)
        _until(lambda: _answers(f"http://127.0.0.1:{port}/-/ready"))

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code."""
        assert self.process
        self.process.send_signal(how)
        code = self.process.wait(timeout=10)
        self.process = None
        return code

    @contextmanager
    def paused(self) -> Iterator[None]:
        """It does not get to run, as on a node under pressure."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        yield
        self.process.send_signal(signal.SIGCONT)

    def printed(self) -> list[dict[str, Any]]:
        """Our events, as they were printed."""
        text = (self.folder / "lines").read_text(encoding="utf-8")
        found = [json.loads(one) for one in text.splitlines()]
        return [one for one in found if one["metadata"]["namespace"] == SHOP]

    def names(self) -> Counter[str]:
        """How often each of our events was printed."""
        return Counter(one["metadata"]["name"] for one in self.printed())

    def log(self) -> str:
        """What it says of itself."""
        return (self.folder / "log").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tailer(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tailer]:
    """The program, running under the account and the rights of the generated manifests."""
    made = plan_of("opendax", "standalone")
    assert made.logs
    logs = replace(made.logs, logging=replace(made.logs.logging, namespace=HOME))
    create(cluster, [namespace(HOME), namespace(SHOP)])
    objects = [*event_tailer.manifests(made, logs), *event_tailer.access(made, logs)]
    create(cluster, [one for one in objects if one["kind"] != "Deployment"])
    token = cluster.kubectl("-n", HOME, "create", "token", "obs-event-tailer", "--duration=1h").stdout.strip()
    folder = tmp_path_factory.mktemp("tailer")
    (folder / "kubeconfig").write_text(json.dumps(kubeconfig_of(cluster.url, token)), encoding="utf-8")
    running = Tailer(cluster=cluster, folder=folder, kubeconfig=folder / "kubeconfig")
    running.start()
    try:
        yield running
    finally:
        if running.process:
            running.stop(signal.SIGKILL)


def test_each_event_is_printed_once_and_again_when_it_happens_again(tailer: Tailer) -> None:
    happen(tailer.cluster, [f"first-{n}" for n in range(40)])
    _until(lambda: len(tailer.names()) == 40)
    again = {"count": 2, "lastTimestamp": _now(), "message": "Back-off again"}
    _patched(tailer.cluster, "first-7", again)
    _patched(tailer.cluster, "first-8", {"metadata": {"annotations": {"looked-at": "yes"}}})
    _until(lambda: tailer.names().total() == 41)
    assert [name for name, times in tailer.names().items() if times != 1] == ["first-7"]
    assert tailer.printed()[-1]["message"] == "Back-off again"


def test_a_line_is_the_object_in_the_form_the_pipeline_reads(tailer: Tailer) -> None:
    first = tailer.printed()[0]
    assert list(first)[:3] == ["kind", "apiVersion", "metadata"]
    assert (first["apiVersion"], first["involvedObject"]["kind"], first["reason"]) == ("v1", "Pod", "BackOff")
    assert "managedFields" not in first["metadata"]


def test_told_to_end_it_ends_well_and_goes_on_where_it_was(tailer: Tailer) -> None:
    assert tailer.stop() == 0
    happen(tailer.cluster, [f"away-{n}" for n in range(5)])
    tailer.start()
    _until(lambda: len(tailer.names()) == 45)
    assert tailer.names().total() == 46


def test_killed_it_repeats_nothing_that_was_written(tailer: Tailer) -> None:
    tailer.stop(signal.SIGKILL)
    happen(tailer.cluster, ["killed"])
    tailer.start()
    _until(lambda: "killed" in tailer.names())
    assert tailer.names().total() == 47


def test_a_state_the_server_has_forgotten_loses_and_repeats_nothing(tailer: Tailer) -> None:
    before = tailer.names()
    tailer.stop()
    happen(tailer.cluster, ["forgotten-1", "forgotten-2", "forgotten-3"])
    compact(tailer.cluster)
    tailer.start()
    happen(tailer.cluster, ["afterwards"])
    wanted = before + Counter(["forgotten-1", "forgotten-2", "forgotten-3", "afterwards"])
    _until(lambda: tailer.names().total() >= wanted.total())
    assert tailer.names() == wanted
    assert FORGOTTEN in tailer.log()


def test_nor_does_one_forgotten_while_it_runs(tailer: Tailer) -> None:
    before, said = tailer.names(), tailer.log().count(FORGOTTEN)
    with tailer.paused():
        happen(tailer.cluster, ["sent-1", "sent-2", "sent-3"])
        time.sleep(4.5)  # the watch of four seconds ends meanwhile: what it sent can be read, what follows cannot
        happen(tailer.cluster, ["unsent-1", "unsent-2"])
        compact(tailer.cluster)
    happen(tailer.cluster, ["resumed"])
    wanted = before + Counter(["sent-1", "sent-2", "sent-3", "unsent-1", "unsent-2", "resumed"])
    _until(lambda: tailer.names().total() >= wanted.total())
    assert tailer.names() == wanted
    assert tailer.log().count(FORGOTTEN) > said


def test_its_account_may_list_and_watch_events_and_nothing_else(tailer: Tailer) -> None:
    for verb in ("list", "watch"):
        assert _can_i(tailer.cluster, verb, "events") == "yes"
    assert {f"{verb} {what}": _can_i(tailer.cluster, verb, what) for verb, what in FORBIDDEN} == {
        f"{verb} {what}": "no" for verb, what in FORBIDDEN
    }


def happen(cluster: Cluster, names: list[str]) -> None:
    """Events, as the kubelet writes them."""
    shared = {"kind": "Event", "apiVersion": "v1", "type": "Warning", "reason": "BackOff", "count": 1}
    about = {"kind": "Pod", "namespace": SHOP, "name": "peatio-0"}
    told = {"involvedObject": about, "message": "Back-off restarting failed container", "lastTimestamp": _now()}
    create(cluster, [shared | told | {"metadata": {"name": name, "namespace": SHOP}} for name in names])


def compact(cluster: Cluster) -> None:
    """Have the server's store forget every state but the last, as it does by itself after five minutes."""
    listed = cluster.kubectl("get", "--raw", "/api/v1/events?limit=1")
    revision = json.loads(listed.stdout)["metadata"]["resourceVersion"]
    body = json.dumps({"revision": revision, "physical": True}).encode()
    request = urllib.request.Request(f"{cluster.etcd}/v3/kv/compaction", data=body)
    with _OPENER.open(request, timeout=10) as answer:
        assert answer.status == 200


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _patched(cluster: Cluster, name: str, change: dict[str, Any]) -> None:
    done = cluster.kubectl("-n", SHOP, "patch", "event", name, "--type=merge", "-p", json.dumps(change))
    assert done.returncode == 0, done.stderr


def _can_i(cluster: Cluster, verb: str, what: str) -> str:
    name, _, part = what.partition("/")
    asked = ("auth", "can-i", verb, name, f"--subresource={part}", "--all-namespaces", "--as", ACCOUNT)
    return cluster.kubectl(*asked).stdout.strip()


def _answers(url: str) -> bool:
    try:
        with _OPENER.open(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _until(done: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "did not come to pass"
        time.sleep(0.1)
