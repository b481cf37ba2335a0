"""Dead links and broken answers: the page comes in time, says what is not known, and recovers by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.servers.proxy import Mode, Proxy, proxy
from tests.engines.servers.rabbitmq import Broker
from tests.exporters.event.watching import Sight, Watching, config_for, watching

pytestmark = [pytest.mark.engine("rabbitmq-server"), pytest.mark.xdist_group("rabbitmq")]

FAULTS: tuple[Mode, ...] = ("blackhole", "reset", "slow", "half-open", "refuse")
SECONDS = 1.0
PATIENT_SECONDS = 2.0
"""A scrape in which a busy machine still has time for the link that works after the broken one had its share."""
AT = {"vhost": "/", "queue": "mail"}
ALL = {"queues", "details", "exchanges", "nodes", "permissions"}
OF_MANAGEMENT = {"details", "nodes", "permissions"}


@pytest.fixture
def links(broker: Broker) -> Iterator[tuple[Proxy, Proxy]]:
    """To the plugin and to the management API."""
    broker.queue("mail")
    with proxy(broker.nodes[0].metrics) as metrics, proxy(broker.nodes[0].management) as management:
        yield metrics, management


@pytest.fixture
def watch(broker: Broker, tmp_path: Path, links: tuple[Proxy, Proxy]) -> Iterator[Watching]:
    """The exporter behind the two links, all well."""
    config = config_for(broker, tmp_path, vhosts={"/": ["mail"]})
    metrics, management = links
    config["nodes"] = [{"host": "127.0.0.1", "port": metrics.port, "management_port": management.port}]
    with watching(config) as made:
        page = made.until(lambda page: page("event_queue_messages", **AT, state="ready") == 0)
        assert page.failing() == set()
        yield made


def broken(link: Proxy, fault: Mode) -> None:
    """Break a link; a port that is closed ends the connections that are open as well."""
    if fault == "refuse":
        link.mode = "reset"
    link.mode = fault


def ages(page: Sight) -> dict[tuple[str, ...], float]:
    """When each collector last succeeded."""
    return page.of("event_last_success_timestamp_seconds")


@pytest.mark.parametrize("fault", FAULTS)
def test_with_both_links_broken_nothing_is_said_and_the_page_comes(
    watch: Watching, links: tuple[Proxy, Proxy], fault: Mode
) -> None:
    before = watch.scrape()
    for link in links:
        broken(link, fault)
    pages = [watch.scrape(SECONDS) for _ in range(3)]
    for page in pages:
        assert page.seconds < SECONDS + 0.5
        assert page("event_up") == page("event_nodes_scraped") == page("event_queues_seen") == 0
        assert page("event_nodes_expected") == page("event_queues_expected") == 1
        assert page.failing() == ALL
        assert page.of("event_queue_messages") == page.of("event_queue_present") == {}
        assert ages(page) == ages(before)
    for link in links:
        link.mode = "pass"
    page = watch.until(lambda page: not page.failing())
    assert page("event_queue_messages", **AT, state="ready") == 0
    assert page("event_up") == 1
    assert [link.most for link in links] == [1, 1]


@pytest.mark.parametrize("fault", FAULTS)
def test_with_the_plugins_link_broken_the_rest_is_told(
    watch: Watching, links: tuple[Proxy, Proxy], fault: Mode
) -> None:
    broken(links[0], fault)
    page = watch.scrape(PATIENT_SECONDS)
    assert page.seconds < PATIENT_SECONDS + 0.5
    assert page.failing() == {"exchanges"}
    assert page("event_queue_messages", **AT, state="ready") == 0
    assert page("event_queue_present", **AT) == 1
    links[0].mode = "pass"
    watch.until(lambda page: not page.failing())
    assert links[0].most == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_with_the_management_apis_link_broken_the_depths_are_told(
    watch: Watching, links: tuple[Proxy, Proxy], fault: Mode
) -> None:
    broken(links[1], fault)
    page = watch.scrape(PATIENT_SECONDS)
    assert page.seconds < PATIENT_SECONDS + 0.5
    assert page.failing() == OF_MANAGEMENT
    assert page("event_queue_messages", **AT, state="ready") == 0
    assert page.of("event_queue_present") == {}
    links[1].mode = "pass"
    watch.until(lambda page: not page.failing())
    assert links[1].most == 1
