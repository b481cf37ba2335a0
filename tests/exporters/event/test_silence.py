"""Where a broker answers 200 and says nothing, the page says that nothing is known: never that nothing is there."""

from pathlib import Path

import pytest

from obs_event_exporter import detailed
from tests.engines.processes import free_port
from tests.engines.servers.rabbitmq import Broker
from tests.exporters.event.watching import PASSWORD, USER, config_for, watching

pytestmark = [pytest.mark.engine("rabbitmq-server"), pytest.mark.xdist_group("rabbitmq")]

AT = {"vhost": "/", "queue": "mail"}


def test_a_mistyped_virtual_host_is_a_failure(broker: Broker, tmp_path: Path) -> None:
    broker.queue("mail")
    with watching(config_for(broker, tmp_path, vhosts={"/mistyped": ["mail"]})) as watch:
        page = watch.scrape()
    assert page.failing() == {"queues", "details", "exchanges", "permissions"}
    assert page.of("event_queue_present") == {}
    assert page.of("event_queue_messages") == {}
    assert page.of("event_exchange_messages_published_total") == {}


def test_a_user_without_permission_in_the_virtual_host_is_told(broker: Broker, tmp_path: Path) -> None:
    broker.queue("mail")
    broker.user("stranger", PASSWORD, vhosts=())
    config = config_for(broker, tmp_path, vhosts={"/": ["mail"]})
    (tmp_path / "username").write_text("stranger", encoding="utf-8")
    with watching(config) as watch:
        page = watch.until(lambda page: page("event_queue_instances", **AT) == 1)
    assert page("event_permission_granted", permission="monitoring") == 1
    assert page("event_permission_granted", permission="vhost") == 0
    assert page.failing() == {"details"}
    assert page.of("event_queue_present") == {}
    assert page("event_queue_messages", **AT, state="ready") == 0


def test_a_user_without_the_monitoring_tag_is_told(broker: Broker, tmp_path: Path) -> None:
    broker.user("clerk", PASSWORD, tags="management")
    config = config_for(broker, tmp_path)
    (tmp_path / "username").write_text("clerk", encoding="utf-8")
    with watching(config) as watch:
        page = watch.scrape()
    assert page("event_permission_granted", permission="monitoring") == 0
    assert page.failing() == {"nodes"}


def test_a_family_the_broker_does_not_know_is_a_failure(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detailed, "QUEUE_FAMILIES", ("queue_coarse_metric", "queue_consumer_count", "vhost_status"))
    broker.queue("mail")
    with watching(config_for(broker, tmp_path, vhosts={"/": ["mail"]})) as watch:
        page = watch.scrape()
    assert page.failing() == {"queues"}
    assert page.of("event_queue_messages") == {}
    assert page("event_queue_present", **AT) == 1


def test_a_password_is_read_anew_when_it_is_rotated(broker: Broker, tmp_path: Path) -> None:
    broker.queue("mail")
    with watching(config_for(broker, tmp_path, vhosts={"/": ["mail"]})) as watch:
        assert watch.scrape().failing() == set()
        broker.user(USER, "rotated")
        try:
            page = watch.until(lambda page: page.failing() == {"details", "nodes", "permissions"})
            assert page("event_permission_granted", permission="monitoring") == 0
            assert page("event_permission_granted", permission="vhost") == 0
            assert page("event_queue_messages", **AT, state="ready") == 0
            (tmp_path / "password").write_text("rotated\n", encoding="utf-8")
            assert watch.scrape().failing() == set()
            (tmp_path / "password").unlink()
            assert watch.scrape().failing() == {"details", "nodes", "permissions"}
        finally:
            broker.user(USER, PASSWORD)


def test_without_the_plugin_the_management_api_is_read(broker: Broker, tmp_path: Path) -> None:
    broker.queue("mail")
    message = {"properties": {}, "routing_key": "mail", "payload": "{}", "payload_encoding": "string"}
    broker.api("POST", "exchanges/%2F/amq.default/publish", message)
    config = config_for(broker, tmp_path, vhosts={"/": ["mail"]})
    config["nodes"][0]["port"] = free_port()
    with watching(config) as watch:
        page = watch.until(lambda page: page("event_queue_messages", **AT, state="ready") == 1)
    assert page("event_queue_consumers", **AT) == 0
    assert page("event_queue_instances", vhost="/", queue="rango.instance.*") == 0
    assert page("event_up") == page("event_nodes_scraped") == page("event_nodes_expected") == 1
    assert page.failing() == {"exchanges"}


def test_without_the_management_api_the_plugin_is_read(broker: Broker, tmp_path: Path) -> None:
    broker.queue("mail")
    config = config_for(broker, tmp_path, vhosts={"/": ["mail"]})
    config["nodes"][0]["management_port"] = free_port()
    with watching(config) as watch:
        page = watch.until(lambda page: page("event_queue_messages", **AT, state="ready") == 0)
    assert page("event_up") == page("event_nodes_scraped") == page("event_nodes_expected") == 1
    assert page.failing() == {"details", "nodes", "permissions"}
    assert page.of("event_queue_present") == {}
