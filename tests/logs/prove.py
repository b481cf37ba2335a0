"""Runs the tests of real Fluentd, then a bad quarter of an hour, and records what came of it: `make prove-logs`."""

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.logs import fluentd, stage
from tests.logs.cluster import Json, serve
from tests.logs.hostile import as_json, suffer

RECORD = Path(__file__).with_name("recorded.json")
LINES, PER_SECOND, CONTAINERS = 208_000, 2_500, 4


def digest(files: dict[str, str]) -> str:
    """What was run: SHA-256 over every file's name and text."""
    told = "".join(f"{name}\0{text}\0" for name, text in sorted(files.items()))
    return hashlib.sha256(told.encode()).hexdigest()


class Passed:
    """Names of the tests that passed, parameters aside: what pytest tells while it runs."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of one test."""
        if report.when == "call" and report.passed:
            self.names.add(report.nodeid.partition("[")[0])


def tests() -> list[str]:
    """The tests of real Fluentd; [] when one failed."""
    passed = Passed()
    code = pytest.main(["-q", "-m", "fluentd", "-p", "no:cacheprovider", str(RECORD.parent)], plugins=[passed])
    return sorted(passed.names) if code == pytest.ExitCode.OK else []


def run() -> Json:
    """The record of one run."""
    files = stage.mechanics()
    form = stage.reference().logging.fallback
    with tempfile.TemporaryDirectory(prefix="obs-fluentd-") as folder, serve({}) as cluster:
        running = fluentd.prepared(Path(folder), files, cluster)
        pods = [stage.pod(form, f"load-{number}", str(running.logs)) for number in range(CONTAINERS)]
        cluster.pods.update({pod.name: stage.told(pod) for pod in pods})
        try:
            toll = suffer(running, cluster, pods, LINES, PER_SECOND)
        finally:
            running.stop()
    version = subprocess.run([str(fluentd.BINARY), "--version"], capture_output=True, text=True, check=True).stdout
    return {"configuration": digest(files), "fluentd": version.strip(), "toll": as_json(toll)}


def main() -> int:
    """0 when nothing was lost, 1 when something was, 2 without a Fluentd."""
    if fluentd.BINARY is None:
        print("no fluentd on PATH: the recorded run stands", file=sys.stderr)
        return 2
    passed = tests()
    if not passed:
        return 1
    record = run() | {"tests": passed}
    RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=2))
    toll = record["toll"]
    return 0 if toll["lost"] == toll["duplicated"] == 0 and toll["dead_letters"] == toll["refused"] else 1


if __name__ == "__main__":
    sys.exit(main())
