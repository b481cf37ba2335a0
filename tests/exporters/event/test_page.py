"""The whole page of the real program on a real broker: what the catalogue reads is what a scrape returns."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from obs import library
from obs_event_exporter.metrics import METRICS
from tests.engines.servers.rabbitmq import Broker
from tests.exporters.event.bus import bus
from tests.exporters.event.program import TEXT, Program, exporter
from tests.exporters.event.signing import event, private_key, public_pem
from tests.exporters.event.watching import PASSWORD, config_for
from tests.exporters.pages import families, lint, off_the_table

pytestmark = [pytest.mark.engine("rabbitmq-server"), pytest.mark.xdist_group("rabbitmq")]

MEBIBYTES = 64
KEY = private_key()


@pytest.fixture(scope="module")
def program(started: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The exporter of a bus on which everything has happened that the table has a row for."""
    folder = tmp_path_factory.mktemp("event-page")
    (folder / "key.pem").write_text(public_pem(KEY), encoding="utf-8")
    started.forget_queues()
    guest = {"username_file": str(folder / "guest"), "password_file": str(folder / "guest")}
    (folder / "guest").write_text("guest", encoding="utf-8")
    tap = {"port": started.nodes[0].amqp, "public_key_file": str(folder / "key.pem"), **guest}
    tap["events"] = {"peatio.events.model": ["deposit.updated"]}
    target = config_for(started, folder, vhosts={"/": ["mail", "matching"]}, tap=tap)
    target["declare"] = {"queues": ["mail"], "port": started.nodes[0].amqp}
    with bus(started.nodes[0].amqp) as app:
        app.exchange("peatio.events.model")
        app.queue("mail", durable=True)
        app.queue("matching", durable=True)
        app.publish("", "mail", timestamp=datetime.now(UTC))
        with exporter(folder, target) as running:
            wait_for(running, 'collector_success{collector="tap"} 1', 'collector_success{collector="declare"} 1')
            app.publish("peatio.events.model", "deposit.updated", event("deposit.updated", KEY))
            app.consume("matching")
            wait_for(running, "event_queue_resumed_timestamp_seconds{", "event_queue_stalled_since_timestamp_seconds{")
            wait_for(running, "event_queue_head_timestamp_seconds{", "event_tap_expiry_margin_seconds{")
            yield running


def wait_for(program: Program, *said: str, seconds: float = 20) -> str:
    """Scrape until a page says all of this."""
    end = time.monotonic() + seconds
    while True:
        page = program.get()
        if all(one in page for one in said):
            return page
        assert time.monotonic() < end, f"not on the page: {said}"
        time.sleep(0.3)


def test_a_live_page_is_the_table_and_all_of_it(program: Program) -> None:
    page = program.get()
    assert off_the_table(page, METRICS) == []
    names = {family.name for family in families(page)}
    assert {row.name for row in METRICS if row.name.removesuffix("_total") not in names} == set()


def test_what_the_catalogue_reads_is_what_a_live_scrape_returned(program: Program) -> None:
    live = {
        (sample.name if family.type != "histogram" else family.name): (family.type, set(sample.labels) - {"le"})
        for family in families(program.get())
        for sample in family.samples
    }
    source = library.components()["event_api"].sources[0]
    read = {metric.name: (metric.type, set(metric.labels)) for metric in source.metrics}
    assert {name: live.get(name) for name in read} == read


def test_promtool_finds_nothing_wrong_with_a_live_page(program: Program, engine: Callable[[str], Path]) -> None:
    assert lint(engine("promtool"), program.get(accept=TEXT)) == ""


def test_no_secret_can_be_read_from_outside(program: Program) -> None:
    told = program.told()
    assert "event_up" in told
    assert PASSWORD not in told
    assert "BEGIN PUBLIC KEY" not in told


def test_the_program_stays_small_with_the_tap_on(
    program: Program, record_property: Callable[[str, object], None]
) -> None:
    most = program.resident_mebibytes()
    record_property("said", f"event exporter with its tap: {most:.0f} MiB resident")
    assert most <= MEBIBYTES
