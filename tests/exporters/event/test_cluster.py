"""Three nodes, of which each tells of the queues it leads alone: what is complete, and what is known when it is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.processes import free_port
from tests.engines.servers.rabbitmq import Broker
from tests.exporters.event.bus import bus
from tests.exporters.event.watching import config_for, watching

pytestmark = [pytest.mark.engine("rabbitmq-server"), pytest.mark.xdist_group("rabbitmq")]

LED = tuple(f"led.by.{number}" for number in range(3))
ASKING = (4, 3)
"""From here on nodes ask each other before they tell of queues, and wait 10 s for one that hangs (4.3.6, measured)."""
TOPOLOGY = {"/": list(LED)}


@pytest.fixture
def spread(cluster: Broker) -> Iterator[Broker]:
    """A durable queue on each node, and one of Rango's."""
    cluster.forget_queues()
    for node, name in zip(cluster.nodes, LED, strict=True):
        with bus(node.amqp) as app:
            app.queue(name, durable=True)
    with bus(cluster.nodes[0].amqp) as rango:
        rango.queue("rango.instance.1", exclusive=True)
        yield cluster


def test_every_queue_is_told_by_the_node_that_leads_it(spread: Broker, tmp_path: Path) -> None:
    with watching(config_for(spread, tmp_path, vhosts=TOPOLOGY)) as watch:
        page = watch.until(lambda page: page("event_queues_seen") == 3)
    assert page("event_nodes_expected") == page("event_nodes_scraped") == 3
    assert page("event_queue_instances", vhost="/", queue="rango.instance.*") == 1
    assert {node for node, _ in page.of("event_broker_alarm")} == {node.name for node in spread.nodes}
    assert page.failing() == set()


def test_one_node_of_three_behind_one_address_is_no_complete_reading(spread: Broker, tmp_path: Path) -> None:
    config = config_for(spread, tmp_path, vhosts=TOPOLOGY)
    config["nodes"] = config["nodes"][2:]
    with watching(config) as watch:
        page = watch.until(lambda page: page("event_queues_seen") == 1)
    assert page("event_nodes_expected") == 3
    assert page("event_nodes_scraped") == 1
    assert page("event_queue_instances", vhost="/", queue=LED[2]) == 1
    assert page("event_queue_instances", vhost="/", queue=LED[0]) is None
    assert [page("event_queue_present", vhost="/", queue=name) for name in LED] == [1, 1, 1]
    assert page("event_queue_instances", vhost="/", queue="rango.instance.*") is None


def test_a_node_that_two_addresses_lead_to_counts_once(spread: Broker, tmp_path: Path) -> None:
    config = config_for(spread, tmp_path, vhosts=TOPOLOGY)
    config["nodes"][1] = config["nodes"][0]
    config["nodes"][2] = {**config["nodes"][0], "management_port": free_port()}
    with watching(config) as watch:
        page = watch.scrape()
    assert page("event_nodes_expected") == 3
    assert page("event_nodes_scraped") == 1


def test_a_node_that_hangs_costs_its_own_queues_only(spread: Broker, tmp_path: Path) -> None:
    told: tuple[float | None, ...] = (0, 0, None) if spread.version() >= ASKING else (1, 2, 1)
    with watching(config_for(spread, tmp_path, vhosts=TOPOLOGY)) as watch:
        watch.until(lambda page: page("event_queues_seen") == 3)
        with spread.nodes[2].frozen():
            page = watch.scrape(2)
            assert page.seconds < 2.5
            led = page("event_queue_instances", vhost="/", queue=LED[0])
            assert (page("event_up"), page("event_nodes_scraped"), led) == told
            assert page("event_queue_instances", vhost="/", queue=LED[2]) is None
            assert page("event_queue_instances", vhost="/", queue="rango.instance.*") is None
        page = watch.until(lambda page: page("event_queues_seen") == 3 and not page.failing())
        assert page("event_nodes_scraped") == 3


def test_a_node_that_dies_is_missed_and_read_again_when_it_is_back(spread: Broker, tmp_path: Path) -> None:
    totals = {"vhost": "/", "exchange": "amq.default"}
    with watching(config_for(spread, tmp_path, vhosts=TOPOLOGY)) as watch:
        watch.until(lambda page: page("event_queues_seen") == 3)
        with bus(spread.nodes[2].amqp) as app:
            app.publish("", LED[2], times=5)
            watch.until(lambda page: page("event_exchange_messages_published_total", **totals) == 5)
            spread.nodes[2].kill()
        page = watch.until(lambda page: page("event_nodes_scraped") == 2)
        page = watch.until(lambda page: page("event_queue_instances", vhost="/", queue="rango.instance.*") == 1)
        assert page("event_nodes_expected") == 3
        assert page("event_exchange_messages_published_total", **totals) == 5
        watch.until(lambda page: page("event_queue_present", vhost="/", queue=LED[2]) == 0)
        spread.nodes[2].launch()
        spread.nodes[2].wait()
        page = watch.until(
            lambda page: page("event_queues_seen") == 3 and page("event_queue_present", vhost="/", queue=LED[2]) == 1
        )
        assert page("event_nodes_scraped") == 3
        assert page("event_exchange_messages_published_total", **totals) == 5
        assert page.failing() == set()
