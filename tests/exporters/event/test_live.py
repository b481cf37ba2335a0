"""What the page says of a real broker, and that nothing passes for nothing."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from obs_event_exporter.topology import RANDOM_NAMES
from tests.engines.servers.rabbitmq import Broker
from tests.exporters.event.bus import bus
from tests.exporters.event.watching import config_for, watching

pytestmark = [pytest.mark.engine("rabbitmq-server"), pytest.mark.xdist_group("rabbitmq")]

NAMES = "plain", "dots.and-dashes", 'quo"ted', "back\\slash", "bräces{},=", 'fake",queue="x'


def test_depth_consumers_and_totals_of_a_queue_are_the_brokers(broker: Broker, tmp_path: Path) -> None:
    config = config_for(broker, tmp_path, vhosts={"/": ["orders"]})
    with watching(config) as watch, bus(broker.nodes[0].amqp) as app, bus(broker.nodes[0].amqp) as daemon:
        app.queue("orders", durable=True)
        app.publish("", "orders", times=5)
        daemon.consume("orders", hold=True)
        app.publish("", "orders")
        at = {"vhost": "/", "queue": "orders"}
        page = watch.until(lambda page: page("event_queue_messages", **at, state="unacked") == 6)
        assert page("event_queue_messages", **at, state="ready") == 0
        assert page("event_queue_consumers", **at) == 1
        page = watch.until(lambda page: page("event_queue_messages_delivered_total", **at) == 6)
        assert page("event_queue_messages_published_total", **at) == 6
        assert page("event_queue_messages_acked_total", **at) == 0
        assert page("event_queue_info", **at, queue_type="classic", durable="true") == 1
        assert page("event_queue_present", **at) == 1
        assert page.failing() == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_queues_name_survives_whatever_is_in_it(broker: Broker, tmp_path: Path, name: str) -> None:
    broker.queue(name, durable=False)
    with watching(config_for(broker, tmp_path, vhosts={"/": [name]})) as watch:
        page = watch.until(lambda page: page("event_queue_instances", vhost="/", queue=name) == 1)
    assert page("event_queue_present", vhost="/", queue=name) == 1
    assert page("event_queues_seen") == 1


def test_a_deleted_queue_is_gone_though_the_plugin_still_counts_its_consumers(broker: Broker, tmp_path: Path) -> None:
    at = {"vhost": "/", "queue": "short-lived"}
    with watching(config_for(broker, tmp_path, vhosts={"/": ["short-lived"]})) as watch:
        broker.queue("short-lived")
        watch.until(lambda page: page("event_queue_instances", **at) == 1)
        broker.forget_queues()
        page = watch.until(lambda page: page("event_queue_instances", **at) is None)
        assert page("event_queue_consumers", **at) is None
        assert page("event_queue_present", **at) == 0
        assert page("event_queues_seen") == 0


def test_queues_of_random_names_are_one_group(broker: Broker, tmp_path: Path) -> None:
    with watching(config_for(broker, tmp_path)) as watch, bus(broker.nodes[0].amqp) as rango:
        for number in range(3):
            rango.queue(f"rango.instance.{number:08x}", exclusive=True, auto_delete=True)
        rango.queue(exclusive=True)
        rango.publish("", "rango.instance.00000001", times=2)
        at = {"vhost": "/", "queue": "rango.instance.*"}
        page = watch.until(lambda page: page("event_queue_messages", **at, state="ready") == 2)
        assert page("event_queue_instances", **at) == 3
        assert page("event_queue_instances", vhost="/", queue="amq.gen-*") == 1
        assert page("event_queue_instances", vhost="/", queue="ranger.*") == 0
        assert {queue for _, queue in page.of("event_queue_consumers")} == set(RANDOM_NAMES)


def test_what_no_queue_is_bound_for_is_counted_by_exchange(broker: Broker, tmp_path: Path) -> None:
    with watching(config_for(broker, tmp_path)) as watch, bus(broker.nodes[0].amqp) as app:
        app.exchange("barong.events.model")
        watch.scrape()  # totals count from the exporter's first look at a node
        app.queue("mail", bound={"barong.events.model": "label.created"})
        app.publish("barong.events.model", "label.created", times=2)
        app.publish("barong.events.model", "profile.created", times=3)
        app.publish("", "peatio.withdraw.coin", times=4)
        at = {"vhost": "/", "exchange": "barong.events.model"}
        page = watch.until(lambda page: page("event_exchange_messages_published_total", **at) == 5)
        assert page("event_exchange_unroutable_dropped_total", **at) == 3
        assert page("event_exchange_unroutable_dropped_total", vhost="/", exchange="amq.default") == 4


def test_totals_of_an_exchange_do_not_fall_when_its_publisher_leaves(broker: Broker, tmp_path: Path) -> None:
    at = {"vhost": "/", "exchange": "peatio.events.model"}
    with watching(config_for(broker, tmp_path)) as watch:
        watch.scrape()
        with bus(broker.nodes[0].amqp) as app:
            app.exchange("peatio.events.model")
            app.publish("peatio.events.model", "deposit.updated", times=7)
            watch.until(lambda page: page("event_exchange_messages_published_total", **at) == 7)
        time.sleep(1.5)
        assert watch.scrape()("event_exchange_messages_published_total", **at) == 7


def test_a_head_timestamp_is_told_when_messages_carry_one(broker: Broker, tmp_path: Path) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    config = config_for(broker, tmp_path, vhosts={"/": ["dated", "undated"]})
    with watching(config) as watch, bus(broker.nodes[0].amqp) as app:
        for name in ("dated", "undated"):
            app.queue(name)
        app.publish("", "dated", timestamp=moment)
        app.publish("", "undated")
        known = "event_queue_head_timestamp_known"
        page = watch.until(lambda page: page(known, vhost="/", queue="dated") == 1)
        assert page("event_queue_head_timestamp_seconds", vhost="/", queue="dated") == moment.timestamp()
        assert page(known, vhost="/", queue="undated") == 0
        assert page("event_queue_head_timestamp_seconds", vhost="/", queue="undated") is None


def test_a_queue_stands_still_while_messages_wait_and_none_is_acknowledged(broker: Broker, tmp_path: Path) -> None:
    stalled, at = "event_queue_stalled_since_timestamp_seconds", {"vhost": "/", "queue": "mail"}
    with watching(config_for(broker, tmp_path, vhosts={"/": ["mail"]})) as watch, bus(broker.nodes[0].amqp) as app:
        app.queue("mail")
        assert watch.scrape()(stalled, **at) is None
        before = time.time()
        app.publish("", "mail", times=3)
        since = watch.until(lambda page: page(stalled, **at))(stalled, **at)
        assert since is not None
        assert before - 1 <= since <= time.time()
        time.sleep(1)
        assert watch.scrape()(stalled, **at) == since
        app.consume("mail")
        watch.until(lambda page: page(stalled, **at) is None)


def test_a_daemon_that_comes_back_is_told_even_between_two_scrapes(broker: Broker, tmp_path: Path) -> None:
    resumed, at = "event_queue_resumed_timestamp_seconds", {"vhost": "/", "queue": "peatio.matching"}
    config = config_for(broker, tmp_path, vhosts={"/": ["peatio.matching"]})
    with watching(config) as watch:
        with bus(broker.nodes[0].amqp) as matching:
            matching.queue("peatio.matching", durable=True)
            matching.consume("peatio.matching")
            watch.until(lambda page: page("event_queue_consumers", **at) == 1)
            time.sleep(1)
            watch.scrape()
        restarted = time.time()
        with bus(broker.nodes[0].amqp) as matching:
            matching.consume("peatio.matching")
            page = watch.until(lambda page: (page(resumed, **at) or 0) >= restarted)
    assert (page(resumed, **at) or 0) <= time.time()


def test_a_memory_alarm_is_told(broker: Broker, tmp_path: Path) -> None:
    node = broker.nodes[0]
    alarm = {"broker_node": node.name, "alarm": "memory"}
    with watching(config_for(broker, tmp_path)) as watch:
        assert watch.scrape()("event_broker_alarm", **alarm) == 0
        node.ctl("set_vm_memory_high_watermark", "0.00001")
        try:
            watch.until(lambda page: page("event_broker_alarm", **alarm) == 1)
        finally:
            node.ctl("set_vm_memory_high_watermark", "0.4")
        watch.until(lambda page: page("event_broker_alarm", **alarm) == 0)
