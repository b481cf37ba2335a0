"""The tap against a real broker, with real keys: what it counts, that it keeps nothing, and that it comes back."""

import logging
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines.servers.proxy import Mode, proxy
from tests.engines.servers.rabbitmq import Broker
from tests.exporters.event.bus import Bus, bus
from tests.exporters.event.signing import event, private_key, public_pem
from tests.exporters.event.watching import Sight, config_for, watching

pytestmark = [pytest.mark.engine("rabbitmq-server"), pytest.mark.xdist_group("rabbitmq")]

EXCHANGE = "peatio.events.model"
NAMES = ["deposit.updated", "withdraw.updated"]
KEY, OTHER_KEY = private_key(), private_key()
PLANTED = "planted-secret-of-a-person"


@pytest.fixture
def app(broker: Broker) -> Iterator[Bus]:
    """Peatio."""
    with bus(broker.nodes[0].amqp) as peatio:
        peatio.exchange(EXCHANGE)
        yield peatio


def tapped(broker: Broker, folder: Path, *, port: int = 0) -> dict[str, Any]:
    """A configuration with a tap, whose user may read events and have a queue of its own."""
    broker.api("PUT", "users/tap", {"password": PLANTED, "tags": ""})
    own = r"^obs\.tap\."
    may = {"configure": own, "write": own, "read": rf"{own}|^[a-z]+\.events\."}
    broker.api("PUT", "permissions/%2F/tap", may)
    files = {"tap-username": "tap", "tap-password": PLANTED, "key.pem": public_pem(KEY)}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    tap = {
        "host": "127.0.0.1",
        "port": port or broker.nodes[0].amqp,
        "username_file": str(folder / "tap-username"),
        "password_file": str(folder / "tap-password"),
        "public_key_file": str(folder / "key.pem"),
        "events": {EXCHANGE: NAMES},
    }
    return config_for(broker, folder, tap=tap)


def reads(page: Sight) -> bool:
    """Whether the tap is up."""
    return page("event_collector_success", collector="tap") == 1


def count(page: Sight, name: str = NAMES[0]) -> float | None:
    """Events of a name."""
    return page("event_tap_events_total", exchange=EXCHANGE, event=name)


def test_events_are_counted_aged_and_verified(broker: Broker, app: Bus, tmp_path: Path) -> None:
    with watching(tapped(broker, tmp_path)) as watch:
        watch.until(reads)
        app.publish(EXCHANGE, NAMES[0], event(NAMES[0], KEY, age=10))
        app.publish(EXCHANGE, NAMES[0], event(NAMES[0], OTHER_KEY, KEY))
        app.publish(EXCHANGE, NAMES[1], event(NAMES[1], OTHER_KEY))
        app.publish(EXCHANGE, NAMES[1], b"no token at all")
        page = watch.until(lambda page: count(page, NAMES[1]) == 2)
    at = {"exchange": EXCHANGE}
    assert count(page) == 2
    assert page("event_tap_events_total", exchange=EXCHANGE, event="other") == 0
    assert page("event_tap_signature_failures_total", **at) == 2
    assert page("event_tap_age_seconds_count", **at) == 2
    assert page("event_tap_age_seconds_bucket", **at, le="5.0") == 1
    assert page("event_tap_age_seconds_bucket", **at, le="20.0") == 2
    assert 10 <= (page("event_tap_age_seconds_sum", **at) or 0) < 15
    assert 45 <= (page("event_tap_expiry_margin_seconds", **at) or 0) <= 50
    assert page("event_permission_granted", permission="tap") == 1


def test_the_taps_queue_is_short_lived_and_leaves_with_it(broker: Broker, app: Bus, tmp_path: Path) -> None:
    with watching(tapped(broker, tmp_path)) as watch:
        watch.until(reads)
        (queue,) = (q for q in broker.api("GET", "queues/%2F") if q["name"].startswith("obs.tap."))
        assert queue["exclusive"]
        assert queue["auto_delete"]
        assert queue["arguments"]["x-message-ttl"] == 10_000
        assert queue["arguments"]["x-max-length"] == 1_000
    left = [q["name"] for q in broker.api("GET", "queues/%2F?columns=name")]
    assert [name for name in left if name.startswith("obs.tap.")] == []


def test_no_payload_and_no_password_is_said_anywhere(
    broker: Broker, app: Bus, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with watching(tapped(broker, tmp_path)) as watch:
        watch.until(reads)
        for body in (event(NAMES[0], KEY, secret=PLANTED), event(NAMES[0], OTHER_KEY, secret=PLANTED), b"{" * 9):
            app.publish(EXCHANGE, NAMES[0], body)
        page = watch.until(lambda page: count(page) == 3)
        (tmp_path / "tap-password").write_text(f"{PLANTED}-wrong", encoding="utf-8")
        broker.nodes[0].ctl("close_all_user_connections", "tap", "a test")
        watch.until(lambda page: not reads(page))
    mine = [record for record in caplog.records if not record.name.startswith("tests")]
    assert PLANTED not in "\n".join(record.getMessage() for record in mine)
    assert PLANTED not in str(page.values)


def test_a_user_who_may_not_tap_is_told(broker: Broker, app: Bus, tmp_path: Path) -> None:
    config = tapped(broker, tmp_path)
    nothing = {"configure": "^$", "write": "^$", "read": "^$"}
    broker.api("PUT", "permissions/%2F/tap", nothing)
    with watching(config) as watch:
        page = watch.until(lambda page: page("event_permission_granted", permission="tap") == 0)
    assert page.failing() == {"tap"}
    assert count(page) == 0


def test_a_rotated_key_counts_at_once_and_a_missing_one_is_a_failure(broker: Broker, app: Bus, tmp_path: Path) -> None:
    with watching(tapped(broker, tmp_path)) as watch:
        watch.until(reads)
        (tmp_path / "key.pem").write_text(public_pem(OTHER_KEY), encoding="utf-8")
        app.publish(EXCHANGE, NAMES[0], event(NAMES[0], OTHER_KEY))
        page = watch.until(lambda page: count(page) == 1)
        assert page("event_tap_signature_failures_total", exchange=EXCHANGE) == 0
        (tmp_path / "key.pem").write_bytes(urlsafe_b64encode(public_pem(OTHER_KEY).encode()))
        assert watch.scrape().failing() == set()
        (tmp_path / "key.pem").write_text("no key", encoding="utf-8")
        assert watch.scrape().failing() == {"tap"}
        (tmp_path / "key.pem").write_text(public_pem(KEY), encoding="utf-8")
        assert watch.scrape().failing() == set()


@pytest.mark.parametrize("fault", ["reset", "refuse", "blackhole"])
def test_a_lost_connection_is_told_and_made_anew(
    broker: Broker, app: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Mode
) -> None:
    monkeypatch.setattr("obs_event_exporter.tap.HEARTBEAT_SECONDS", 1)
    with proxy(broker.nodes[0].amqp) as link, watching(tapped(broker, tmp_path, port=link.port)) as watch:
        watch.until(reads)
        if fault == "refuse":
            link.mode = "reset"
        link.mode = fault
        page = watch.until(lambda page: not reads(page))
        assert page.failing() == {"tap"}
        last = page("event_last_success_timestamp_seconds", collector="tap")
        time.sleep(0.1)
        assert watch.scrape()("event_last_success_timestamp_seconds", collector="tap") == last
        link.mode = "pass"
        watch.until(reads)
        app.publish(EXCHANGE, NAMES[0], event(NAMES[0], KEY))
        watch.until(lambda page: count(page) == 1)
        assert link.most == 1


def test_a_connection_that_the_broker_closes_is_told_and_made_anew(broker: Broker, app: Bus, tmp_path: Path) -> None:
    with watching(tapped(broker, tmp_path)) as watch:
        watch.until(reads)
        broker.nodes[0].ctl("close_all_user_connections", "tap", "a test")
        watch.until(lambda page: not reads(page))
        watch.until(reads)
