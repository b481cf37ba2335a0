"""What the exporter makes of answers, without a broker: escapes, limits, totals, moments."""

import pytest

from obs_event_exporter.collector import takes_messages, write_queues
from obs_event_exporter.config import broker
from obs_event_exporter.detailed import NodePage, Reader
from obs_event_exporter.management import Member, read_details
from obs_event_exporter.state import ExchangeTotals, QueueMemory
from obs_exporter.page import Page
from tests.exporters.event.watching import sight

QUEUE = ("/", "mail")
EXCHANGE = ("/", "peatio.events.model")


def read(text: str, *, pieces: int = 7) -> NodePage:
    """A page that comes a few bytes at a time."""
    reader, data = Reader(), text.encode()
    for start in range(0, len(data), pieces):
        reader.take(data[start : start + pieces])
    return reader.page()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("plain", "plain"),
        (r"quo\"ted", 'quo"ted'),  # 4.x escapes
        ('quo"ted', 'quo"ted'),  # 3.10 does not
        (r"back\\slash", r"back\slash"),
        (r"back\slash", r"back\slash"),
        ("a} 7", "a} 7"),
        ("é{},=", "é{},="),
    ],
)
def test_a_name_is_read_whether_it_is_escaped_or_not(written: str, name: str) -> None:
    page = read(f'rabbitmq_detailed_queue_messages_ready{{vhost="/",queue="{written}"}} 12\n')
    assert page.queues == {("/", name): [12, 0, 0]}


def test_exchanges_are_read_by_channel_in_3_10_and_by_node_in_4() -> None:
    old = 'rabbitmq_detailed_channel_messages_published_total{channel="<0.9.0>",vhost="/",exchange=""} 3\n'
    new = 'rabbitmq_detailed_exchange_messages_unroutable_dropped_total{vhost="/",exchange="a.b"} 4\n'
    assert read(old).published == {("<0.9.0>", ("/", "amq.default")): 3}
    assert read(new).dropped == {("", ("/", "a.b")): 4}


def test_beyond_the_limit_queues_are_summed_up_and_the_same_ones_stay() -> None:
    config = {"name": "x", "host": "h", "username_file": "u", "password_file": "p", "vhosts": {"/": ["z.needed"]}}
    topology = broker({**config, "groups": {}, "limits": {"queues": 3}}).topology
    page = Page()
    queues = {("/", name): [2, 1, 0] for name in ("d", "c", "b", "a", "z.needed")}
    write_queues(page, queues, topology, complete=True)
    told = sight(page)
    assert told("event_queue_messages", vhost="/", queue="other", state="ready") == 4
    assert told("event_queue_instances", vhost="/", queue="other") == 2
    assert told("event_dropped_series", family="queue") == 2
    assert {name for _, name in told.of("event_queue_consumers")} == {"a", "b", "z.needed", "other"}


def test_totals_of_an_exchange_count_from_the_first_look_and_survive_channels_and_nodes() -> None:
    totals = ExchangeTotals()
    looks = [
        ("one", {("<1>", EXCHANGE): 100}, 0),  # before the exporter's time
        ("one", {("<1>", EXCHANGE): 105}, 5),
        ("one", {("<1>", EXCHANGE): 105, ("<2>", EXCHANGE): 3}, 8),  # a new channel counts whole
        ("one", {("<2>", EXCHANGE): 4}, 9),  # one that left takes nothing away
        ("two", {("<1>", EXCHANGE): 50}, 9),  # a node seen for the first time
        ("one", {("<2>", EXCHANGE): 1}, 10),  # a node that was restarted
    ]
    for node, counts, expected in looks:
        totals.look(node, counts)
        assert totals.totals()[EXCHANGE] == expected


def test_totals_of_a_queue_do_not_fall_when_a_node_takes_its_share_with_it() -> None:
    memory = QueueMemory()
    seen = []
    for published in (10, 15, 4, 6):
        told = read_details({"message_stats": {"publish": published}, "messages_ready": 0})
        seen.append(memory.look(QUEUE, told, 0.0).totals["published"])
    assert seen == [10, 15, 15, 17]


def test_standing_still_takes_two_looks_and_ends_with_an_acknowledgement_or_an_empty_queue() -> None:
    memory = QueueMemory()
    looks = [(0, 5, None), (10, 5, None), (10, 5, 2.0), (12, 5, 2.0), (12, 6, None), (9, 6, 5.0), (0, 6, None)]
    for now, (ready, acked, expected) in enumerate(looks, 1):
        told = read_details({"message_stats": {"ack": acked}, "messages_ready": ready})
        assert memory.look(QUEUE, told, float(now)).stalled_since == expected


def test_automatic_acknowledgements_count_as_done() -> None:
    told = read_details({"message_stats": {"ack": 1, "deliver_no_ack": 2, "get_no_ack": 4, "deliver_get": 9}})
    assert told.acked == 7
    assert told.delivered == 9


@pytest.mark.parametrize(
    ("told", "usable"),
    [
        ({"state": "running", "node": "one"}, True),
        ({"state": "running", "node": "two"}, False),  # 4.0.5, after the node of a queue has died
        ({"state": "down", "node": "one"}, False),
        ({}, True),
    ],
)
def test_a_queue_whose_node_is_down_takes_no_messages(told: dict[str, str], usable: bool) -> None:
    members = [Member(name="one", running=True, alarms={}), Member(name="two", running=False, alarms=None)]
    assert takes_messages(read_details(told), members) == usable
