"""`obs simulate`: pages as a scraper sees them, and the configuration that scrapes them."""

import json
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from obs.prove.simulate import Stage, UnknownFault, phases, prometheus_config, server
from obs.render.play import Theatre
from tests.small import small_plan


@contextmanager
def simulated(fault: str = "") -> Iterator[str]:
    with server(small_plan(), fault=fault) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def fetch(url: str) -> tuple[int, str]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_every_target_has_a_page_and_the_index_lists_them() -> None:
    with simulated() as url:
        paths = fetch(url + "/")[1].split()
        assert paths == ["/targets/envoy/envoy-0/metrics", "/targets/envoy/envoy-1/metrics"]
        assert {fetch(url + path)[0] for path in paths} == {200}
        assert fetch(url + "/targets/envoy/envoy-9/metrics")[0] == 404


def test_a_page_has_help_and_type_once_per_family_and_buckets_as_envoy_writes_them() -> None:
    with simulated() as url:
        page = fetch(url + "/targets/envoy/envoy-0/metrics")[1]
    types = [line for line in page.splitlines() if line.startswith("# TYPE")]
    assert len(types) == len(set(types))
    assert "# TYPE envoy_http_downstream_rq_time histogram" in types
    assert 'le="25"' in page
    assert 'le="25.0"' not in page


@pytest.mark.engine("promtool")
def test_promtool_can_parse_a_page(engine: Callable[[str], Path]) -> None:
    with simulated() as url:
        page = fetch(url + "/targets/envoy/envoy-0/metrics")[1]
    command = [str(engine("promtool")), "check", "metrics"]
    done = subprocess.run(command, input=page, capture_output=True, text=True, check=False)
    assert "error while linting" not in done.stderr, "names of other people's metrics may lint, but the page must parse"
    assert done.returncode in (0, 3)


def test_a_story_makes_its_targets_fail() -> None:
    with simulated("gateway_unreachable") as url:
        assert fetch(url + "/targets/envoy/envoy-0/metrics")[0] == 503


def test_counters_go_on_where_health_left_them() -> None:
    theatre = Theatre(small_plan())
    healthy, failing = (Stage(theatre, fault=fault, start=5000.0) for fault in ("", "gateway_drains"))
    name = "envoy_http_downstream_rq_completed{"
    lines = [
        next(line for line in stage.page("envoy", "envoy-0", 5000.0)[1].splitlines() if line.startswith(name))
        for stage in (healthy, failing)
    ]
    assert lines[0] == lines[1]


def test_discovery_tells_the_labels_relabelling_would_leave() -> None:
    with simulated() as url:
        found = json.loads(fetch(url + "/sd/envoy")[1])
    labels = found[0]["labels"]
    assert labels["__metrics_path__"] == "/targets/envoy/envoy-0/metrics"
    assert {"cluster", "namespace", "job", "instance", "pod"} <= labels.keys()


def test_a_story_nobody_tells_is_refused() -> None:
    with pytest.raises(UnknownFault):
        phases(small_plan(), "martians")


@pytest.mark.engine("promtool")
def test_promtool_accepts_the_configuration(engine: Callable[[str], Path], tmp_path: Path) -> None:
    file = tmp_path / "prometheus.yaml"
    text = prometheus_config(small_plan(), port=9464, alertmanager="127.0.0.1:9093")
    file.write_text(text, encoding="utf-8")
    done = subprocess.run([engine("promtool"), "check", "config", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
