"""The prober's page as a contract, and what the program keeps to itself."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics import parser

from obs_authz_exporter.metrics import METRICS
from obs_exporter.accept import OFFERS
from tests.engines.processes import engine_path
from tests.engines.servers.barong import KEY_ID, KEY_SECRET
from tests.exporters.authz.bench import Bench

pytestmark = [pytest.mark.engine("envoy"), pytest.mark.xdist_group("authz-prober")]


def test_no_probe_carries_a_cookie_or_asks_for_anything_but_the_two_paths(bench: Bench) -> None:
    seen = bench.servers.barong.calls[-200:]
    assert {call.path for call in seen} == {
        "/api/v2/auth/api/v2/peatio/public/timestamp",
        "/api/v2/auth/api/v2/peatio/account/balances",
    }
    assert {call.headers["user-agent"] for call in seen} == {"obs-authz-exporter"}
    assert [call for call in seen if "cookie" in call.headers] == []
    assert {call.method for call in seen} == {"GET"}


def test_no_secret_leaves_the_program(bench: Bench) -> None:
    process = Path("/proc") / str(bench.program.pid)
    open_hearted = [(process / name).read_bytes().decode("latin-1") for name in ("cmdline", "environ")]
    pages = [bench.program.get(path) for path in ("/", "/metrics")]
    said = [bench.program.log.read_text(encoding="utf-8"), *pages, *open_hearted]
    for secret in (KEY_ID, KEY_SECRET, "rotated-s3cr3t", "newprobe02", "eyJ", "Bearer"):
        assert [text for text in said if secret in text] == []


def test_the_program_stays_within_64_mib(bench: Bench, record_property: Callable[[str, object], None]) -> None:
    status = (Path("/proc") / str(bench.program.pid) / "status").read_text(encoding="ascii")
    resident = int(status.split("VmHWM:")[1].split()[0]) / 1024
    record_property("said", f"authz prober: {resident:.1f} MiB resident at its highest")
    assert resident <= 64


@pytest.mark.engine("promtool")
def test_promtool_finds_nothing_to_say_about_the_page(bench: Bench) -> None:
    command = [str(engine_path("promtool")), "check", "metrics"]
    done = subprocess.run(command, input=bench.program.get("/metrics"), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def parsed(page: str) -> Iterator[Metric]:
    """The families of an OpenMetrics page."""
    families: Callable[[str], Iterator[Metric]] = parser.text_string_to_metric_families
    return families(page)


def test_the_page_is_what_the_table_promises_and_a_strict_parser_reads_it(bench: Bench) -> None:
    page = bench.program.get("/metrics", accept=OFFERS[0][0])
    own = ("process_", "python_")
    families = {family.name: family for family in parsed(page) if not family.name.startswith(own)}
    rows = {row.name.removesuffix("_total"): row for row in METRICS}
    assert set(families) == set(rows)
    assert {name: family.type for name, family in families.items()} == {name: row.type for name, row in rows.items()}
    for name, family in families.items():
        labels = {frozenset(sample.labels) - {"le"} for sample in family.samples}
        assert labels == {frozenset(rows[name].labels)}, name
