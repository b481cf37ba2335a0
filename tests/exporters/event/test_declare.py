"""Passive declares against a real broker: what they tell when nothing else does, and that nothing of them is left."""

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from obs_event_exporter.handing import NOTHING, Handing, Known
from obs_exporter.page import Page
from tests.engines.processes import free_port
from tests.engines.servers.proxy import Mode, Proxy, proxy
from tests.engines.servers.rabbitmq import Broker
from tests.exporters.event.bus import bus
from tests.exporters.event.program import ROOT
from tests.exporters.event.watching import PASSWORD, USER, Sight, config_for, watching

pytestmark = [pytest.mark.engine("rabbitmq-server"), pytest.mark.xdist_group("rabbitmq")]

OF_HTTP = {"queues", "details", "exchanges", "nodes", "permissions"}
MAIL = {"vhost": "/", "queue": "mail"}
SECONDS = 1.0
PATIENT_SECONDS = 3.0
"""A scrape in which a busy machine still has time for AMQP after HTTP had its share."""


@pytest.fixture
def links(broker: Broker) -> Iterator[tuple[Proxy, Proxy, Proxy]]:
    """To the plugin, to the management API, to AMQP."""
    node = broker.nodes[0]
    with proxy(node.metrics) as metrics, proxy(node.management) as management, proxy(node.amqp) as amqp:
        yield metrics, management, amqp


def declaring(broker: Broker, folder: Path, *queues: str, links: tuple[Proxy, Proxy, Proxy] | None = None) -> Any:
    """A configuration whose queues may be declared, which takes a right on them from RabbitMQ 4.3.1 on; without links
    both HTTP listeners are ports nobody listens at.
    """
    broker.may_write(USER, queues)
    ports = [link.port for link in links] if links else [free_port(), free_port(), broker.nodes[0].amqp]
    config = config_for(broker, folder, vhosts={"/": list(queues)})
    config["nodes"] = [{"host": "127.0.0.1", "port": ports[0], "management_port": ports[1]}]
    return config | {"declare": {"queues": list(queues), "port": ports[2]}}


def works(page: Sight) -> bool:
    """Whether the collector succeeds."""
    return page("event_collector_success", collector="declare") == 1


def channels(broker: Broker) -> list[dict[str, Any]]:
    """The broker's own word for the exporter's channels, as old as its statistics."""
    return [one for one in broker.api("GET", "channels?columns=user,number") if one["user"] == USER]


def connections(broker: Broker) -> list[dict[str, Any]]:
    """The broker's own word for the exporter's connections."""
    return [one for one in broker.api("GET", "connections?columns=user,name") if one["user"] == USER]


def established(port: int) -> int:
    """Connections to a port of loopback whose end here is open: a proxy keeps its own end while it is a black hole."""
    lines = Path("/proc/self/net/tcp").read_text(encoding="utf-8").splitlines()[1:]
    return sum(line.split()[2:4] == [f"0100007F:{port:04X}", "01"] for line in lines)


def test_with_both_http_listeners_blackholed_amqp_tells_what_is_ready_and_nothing_it_does_not_know(
    broker: Broker, tmp_path: Path, links: tuple[Proxy, Proxy, Proxy]
) -> None:
    config = declaring(broker, tmp_path, "mail", "matching", links=links)
    with bus(broker.nodes[0].amqp) as app, watching(config) as watch:
        for name in ("mail", "matching"):
            app.queue(name, durable=True)
        app.publish("", "mail", times=2)
        app.consume("matching")
        held = app.consume("mail", hold=True)
        before = watch.until(lambda p: works(p) and p("event_queue_messages", **MAIL, state="unacked") == 2)
        app.cancel(held)
        app.publish("", "mail", times=3)
        for link in links[:2]:
            link.mode = "blackhole"
        page = watch.scrape(PATIENT_SECONDS)
        assert page.seconds < PATIENT_SECONDS + 0.5
        assert page.failing() == OF_HTTP
        assert page.of("event_queue_messages") == {("/", "mail", "ready"): 3, ("/", "matching", "ready"): 0}
        assert page.of("event_queue_consumers") == {("/", "mail"): 0, ("/", "matching"): 1}
        assert page.of("event_queue_present") == {("/", "mail"): 1, ("/", "matching"): 1}
        assert page("event_up") == page("event_nodes_scraped") == page("event_queues_seen") == 0
        assert page("event_permission_granted", permission="declare") == 1
        ages = [p("event_last_success_timestamp_seconds", collector="declare") or 0 for p in (before, page)]
        assert ages[1] > ages[0]
        for link in links[:2]:
            link.mode = "pass"
        page = watch.until(lambda page: not page.failing())
        assert page("event_queue_messages", **MAIL, state="unacked") == 2
        assert page("event_up") == 1
    assert links[2].accepted == 1


def test_nothing_is_declared_while_http_answers(broker: Broker, tmp_path: Path) -> None:
    broker.queue("mail")
    config = declaring(broker, tmp_path, "mail") | {"nodes": config_for(broker, tmp_path)["nodes"]}
    with watching(config) as watch:
        page = watch.until(lambda page: works(page) and len(connections(broker)) == 1)
        assert page.failing() == set()
        assert page("event_permission_granted", permission="declare") is None
        assert channels(broker) == []


def test_a_missing_and_an_exclusive_queue_are_told_and_leave_no_channel_behind(broker: Broker, tmp_path: Path) -> None:
    broker.queue("mail")
    config = declaring(broker, tmp_path, "gone", "mine", "mail")
    with bus(broker.nodes[0].amqp) as owner, watching(config) as watch:
        owner.queue("mine", exclusive=True)
        watch.until(lambda page: page.of("event_queue_present") != {})
        pages = [watch.scrape() for _ in range(20)]
        for page in pages:
            assert page.of("event_queue_present") == {("/", "gone"): 0, ("/", "mine"): 1, ("/", "mail"): 1}
            assert page.of("event_queue_messages") == {("/", "mail", "ready"): 0}
            assert page.failing() == OF_HTTP | {"declare"}
            assert page("event_permission_granted", permission="declare") == 1
        owner.delete("mine")
        owner.queue("mine", durable=True)
        assert watch.scrape().failing() == OF_HTTP
        time.sleep(1)  # two rounds of the broker's statistics
        assert len(connections(broker)) == 1
        assert len(channels(broker)) <= 1
    assert connections(broker) == []


def test_a_queue_nobody_tells_of_is_asked_for_at_the_next_node_while_one_is_unread(
    broker: Broker, tmp_path: Path
) -> None:
    broker.queue("mail")
    config = declaring(broker, tmp_path, "mail", "gone")
    config["nodes"][0]["host"] = "127.0.0.2"  # the broker listens at 127.0.0.1 alone
    config["nodes"].append({"host": "127.0.0.1", "port": broker.nodes[0].metrics, "management_port": free_port()})
    with watching(config) as watch:
        page = watch.until(works)
    assert page("event_nodes_scraped") == page("event_queues_seen") == 1
    assert page("event_nodes_expected") == 2
    assert page.of("event_queue_present") == {("/", "gone"): 0}
    assert page("event_queue_messages", **MAIL, state="unacked") == 0


@pytest.mark.parametrize("fault", ["blackhole", "reset"])
def test_with_the_third_link_broken_too_the_page_comes_and_the_connection_is_made_anew(
    broker: Broker, tmp_path: Path, links: tuple[Proxy, Proxy, Proxy], fault: Mode
) -> None:
    broker.queue("mail")
    with watching(declaring(broker, tmp_path, "mail", links=links)) as watch:
        watch.until(works)
        for link in links:
            link.mode = fault
        pages = [watch.scrape(SECONDS) for _ in range(2)]
        for page in pages:
            assert page.seconds < SECONDS + 0.5
            assert page.failing() == OF_HTTP | {"declare"}
            assert page.of("event_queue_messages") == page.of("event_queue_present") == {}
        end = time.monotonic() + 8  # less than heartbeats take
        while links[2].accepted == 1:
            assert time.monotonic() < end, "a connection that did not answer in time is not given up"
            assert established(links[2].port) <= 1
            time.sleep(0.05)
        links[2].mode = "pass"
        page = watch.until(works)
        assert page("event_queue_messages", **MAIL, state="ready") == 0
        assert established(links[2].port) == 1


def test_a_user_who_may_not_log_in_is_told_and_no_password_is_said(
    broker: Broker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    broker.user("stranger", PASSWORD, vhosts=())
    for name, user, password in (("no vhost", "stranger", PASSWORD), ("wrong", USER, f"{PASSWORD}-wrong")):
        folder = tmp_path / name
        folder.mkdir()
        config = declaring(broker, folder, "mail")
        (folder / "username").write_text(user, encoding="utf-8")
        (folder / "password").write_text(password, encoding="utf-8")
        with watching(config) as watch:
            page = watch.until(lambda page: page("event_permission_granted", permission="declare") == 0)
        assert page.failing() == OF_HTTP | {"declare"}
        assert PASSWORD not in str(page.values)
    mine = [record.getMessage() for record in caplog.records if not record.name.startswith("tests")]
    assert mine
    assert PASSWORD not in "\n".join(mine)


def test_amqp_is_imported_only_where_it_is_configured() -> None:
    target = {"name": "bus", "host": "localhost", "username_file": "/u", "password_file": "/p"}
    told = {False: target, True: target | {"declare": {"queues": ["mail"]}}}
    code = "import sys; from obs_event_exporter.__main__ import EXPORTER; EXPORTER.targets({'targets': [%r]})"
    for imported, one in told.items():
        command = [sys.executable, "-c", f"{code % one}; print('aiormq' in sys.modules)"]
        run = subprocess.run(
            command, env={"PYTHONPATH": str(ROOT / "exporters")}, check=True, capture_output=True, text=True
        )
        assert run.stdout.strip() == str(imported)


def test_what_is_known_is_handed_on_by_page_in_either_order() -> None:
    queue = ("/", "mail")

    async def handed() -> list[bool]:
        handing, first, second = Handing(), Page(), Page()
        waiting = asyncio.create_task(handing.take(first))
        await asyncio.sleep(0)
        handing.give(second, Known(queues=(), complete=True))
        handing.give(first, NOTHING)
        return [(await waiting).lacks(queue), (await handing.take(second)).lacks(queue)]

    assert asyncio.run(handed()) == [True, False]
    assert not Known(queues=(queue,), complete=False).lacks(queue)
