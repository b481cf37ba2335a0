"""The live pages as a whole: every promised metric, in a form that linter, strict parser and Prometheus accept."""

import time
import urllib.error
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from obs import library
from obs.model.metric import Metric
from obs_db_exporter.metrics import METRICS
from tests.engines.servers.proxy import Proxy, proxy
from tests.exporters.db.exporter import DbExporter, Files, Scraped, exporter
from tests.exporters.db.postgresql.stack import PASSWORD, USER, Stack
from tests.exporters.pages import lint, off_the_table

pytestmark = [pytest.mark.engine("postgres"), pytest.mark.xdist_group("postgresql")]
OPENMETRICS = "application/openmetrics-text;version=1.0.0"
PROMISED = [m for source in library.components()["postgresql"].sources for m in source.metrics if not m.sparse]
UNKNOWN_UNTIL = {"db_server_cert_not_after_timestamp_seconds"}
"""Known after the first look; the standby offers no TLS."""


@pytest.mark.parametrize("target", ["primary", "standby"])
def test_a_live_page_is_clean_for_the_linter_and_the_strict_parser(
    watched: DbExporter, target: str, engine: Callable[[str], Path]
) -> None:
    watched.scrape(target)
    assert off_the_table(watched.get(f"/probe?target={target}", accept=OPENMETRICS), METRICS) == []
    assert lint(engine("promtool"), watched.scrape(target).text) == ""


@pytest.mark.parametrize("metric", PROMISED, ids=lambda metric: metric.name)
def test_what_the_catalogue_reads_is_on_the_live_pages(watched: DbExporter, metric: Metric) -> None:
    pages = [watched.until("primary", _settled), watched.scrape("standby")]
    found = [labels for page in pages for name, labels in page.samples if name == metric.name]
    assert found, f"{metric.name} is on no live page"
    assert {frozenset(label for label, _ in labels) for labels in found} == {frozenset(metric.labels)}


def _settled(page: Scraped) -> bool:
    return page.names() >= UNKNOWN_UNTIL


def test_a_scrape_is_quick_and_the_program_small(watched: DbExporter) -> None:
    # The bound is generous because the machine is shared; bench/postgresql.py has the figure.
    seconds = sorted(watched.scrape("primary").seconds for _ in range(20))[10]
    assert seconds < 0.05
    assert watched.resident_bytes() < 64 * 2**20


STRANGERS = ("127.0.0.1:{port}", "postgresql://127.0.0.1:{port}/postgres", "../primary", "primary%00", "Primary", "%20")


@pytest.mark.parametrize("target", STRANGERS)
def test_a_host_a_url_a_path_or_a_stranger_s_name_is_answered_404_and_no_connection_leaves(
    watched: DbExporter, listener: Proxy, target: str
) -> None:
    accepted = listener.accepted
    with pytest.raises(urllib.error.HTTPError, match="404"):
        watched.get("/probe?target=" + target.format(port=listener.port))
    time.sleep(0.05)
    assert listener.accepted == accepted


@pytest.fixture
def listener(stack: Stack) -> Iterator[Proxy]:
    """A port that counts who comes."""
    with proxy(stack.primary.port) as made:
        yield made


def test_no_secret_is_in_arguments_environment_logs_or_pages(stack: Stack, files: Files, tmp_path: Path) -> None:
    wrong = "wr0ng=pass word'#@/%zz"
    stack.watch(files)
    files.target("wrong", "postgresql", stack.primary.port, user=USER, password=wrong, tls=stack.tls)
    files.target("nowhere", "postgresql", 9, user=USER, password=wrong, tls=stack.tls)
    files.target("missing", "postgresql", stack.primary.port, user=USER, password=wrong, tls=stack.tls)
    (tmp_path / "missing-password").unlink()
    with exporter(tmp_path, files.targets, log_level="debug") as running, ThreadPoolExecutor(5) as pool:
        names = ("primary", "standby", "wrong", "nowhere", "missing")
        pages = list(pool.map(running.scrape, names))
        proc = Path(f"/proc/{running.process.pid}")
        told = [page.text for page in pages] + [running.get("/"), running.get("/metrics")]
        told += [(proc / name).read_text(encoding="utf-8", errors="replace") for name in ("cmdline", "environ")]
    told.append(running.log.read_text(encoding="utf-8"))
    assert [page("db_up") for page in pages] == [1, 1, 0, 0, 0]
    assert [text for text in told if PASSWORD in text or wrong in text or "wr0ng" in text] == []
    assert pages[2]("db_connect_failures_total", reason="login") > 0
    assert pages[3]("db_connect_failures_total", reason="unreachable") > 0
    assert pages[4]("db_connect_failures_total", reason="login") > 0
