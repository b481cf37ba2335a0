"""The faults, one after the other: what happens, and which alerts it is that must fire."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.exporters.event.live import day as names
from tests.exporters.event.live.day import Flow
from tests.exporters.event.live.stage import QUEUE_LIMIT, Stage
from tests.exporters.event.signing import event, private_key
from tests.exporters.event.watching import PASSWORD, USER
from tests.exporters.live.play import Fault


@contextmanager
def things_are_lost(stage: Stage) -> Iterator[None]:
    """Bindings, queues and a key are gone; events come late; somebody declares a queue for every request."""
    day, stranger = stage.day, private_key()
    day.flows |= {
        "unbound": Flow(exchange=names.SYSTEM, key="session.create"),
        "nowhere": Flow(exchange="", key="peatio.withdraw.coins"),
        "forged": Flow(exchange=names.MODEL, key=names.EVENT, body=lambda: event(names.EVENT, stranger)),
        "late": Flow(exchange=names.MODEL, key=names.EVENT, body=lambda: event(names.EVENT, day.key, age=40)),
    }
    del day.flows["ticker"]
    day.stop("rango", names.TRADES, names.WITHDRAWALS)
    day.app.delete(names.TRADES)
    for number in range(QUEUE_LIMIT):
        day.app.queue(f"request.{number}")
    day.app.publish("", names.WITHDRAWALS, times=10)
    day.app.purge(names.WITHDRAWALS)
    yield
    for number in range(QUEUE_LIMIT):
        day.app.delete(f"request.{number}")
    day.declare()
    day.begin_again()


@contextmanager
def daemons_are_gone(stage: Stage) -> Iterator[None]:
    """Four daemons do not subscribe again after a restart, and ten thousand orders come; matching restarts."""
    day = stage.day
    day.stop(names.ORDERS, names.ADDRESSES, names.MAIL, names.CHARTS, names.MATCHING)
    day.start(names.MATCHING)
    day.app.publish("peatio.matching", names.ORDERS, times=10_001)
    yield
    day.begin_again()


@contextmanager
def daemons_misbehave(stage: Stage) -> Iterator[None]:
    """Matching runs twice, a poison message goes round, charts are held, mails fail, somebody reads the errors."""
    day = stage.day
    day.start(names.MATCHING, name="second matching")
    day.start(names.ERRORS, name="curious")
    day.stop(names.TRADES, names.CHARTS)
    day.start(names.TRADES, requeue=True)
    day.start(names.CHARTS, hold=True)
    day.app.publish("", names.TRADES)
    day.app.publish("", names.CHARTS, times=501)
    day.app.publish("", names.ERRORS, times=3)
    day.app.publish("", names.RETRY, times=11)
    yield
    day.stop("second matching", "curious", names.TRADES, names.CHARTS)
    day.begin_again()


@contextmanager
def tidied_up(stage: Stage) -> Iterator[None]:
    """Somebody tidies up: the exporter's permission in the virtual host is gone, and its configuration has no colon."""
    config = stage.folder / "config.yaml"
    kept = config.read_text(encoding="utf-8")
    stage.broker.api("DELETE", f"permissions/%2F/{USER}")
    config.write_text("listen\n", encoding="utf-8")
    yield
    config.write_text(kept, encoding="utf-8")
    stage.broker.user(USER, PASSWORD)


@contextmanager
def links_cut(stage: Stage) -> Iterator[None]:
    """A new network policy closes plugin and management API."""
    for link in stage.links:
        link.mode = "reset"
        link.mode = "refuse"
    yield
    for link in stage.links:
        link.mode = "pass"


@contextmanager
def exporter_gone(stage: Stage) -> Iterator[None]:
    """The exporter's pod is gone."""
    stage.stop_exporter()
    yield
    stage.start_exporter()


@contextmanager
def node_dead(stage: Stage) -> Iterator[None]:
    """The second node loses its power."""
    node = stage.broker.nodes[1]
    node.kill()
    yield
    node.launch()
    node.wait()


FAULTS: tuple[Fault[Stage], ...] = (
    Fault(
        title="messages, queues and a key are lost",
        lasts=things_are_lost,
        fires=(
            "EventApiOrdersDropped",
            "EventApiExchangeUnbound",
            "EventApiMoneyMessagesLost",
            "EventApiPublishingStopped",
            "EventApiSignatureFailures",
            "EventApiEventsLate",
            "EventApiExpiryMarginShort",
            "EventApiStreamQueuesMissing",
            "EventApiQueueMissing",
            "EventApiSeriesDropped",
        ),
    ),
    Fault(
        title="daemons do not come back",
        lasts=daemons_are_gone,
        fires=(
            "EventApiConsumerMissing",
            "EventApiBackgroundConsumerMissing",
            "EventApiMailAging",
            "EventApiMailExpired",
            "EventApiMailBudgetBurn 1h",
            "EventApiTradingLag",
            "EventApiTradingBacklog",
            "EventApiMoneyStuck",
            "EventApiQueueStalled",
            "EventApiMatchingRestarted",
        ),
    ),
    Fault(
        title="daemons misbehave",
        lasts=daemons_misbehave,
        fires=(
            "EventApiConsumerDoubled",
            "EventApiConsumerUnexpected",
            "EventApiRedeliveryLoop",
            "EventApiUnackedHigh",
            "EventApiTradeErrors",
            "EventApiRetryGrowing",
        ),
    ),
    Fault(
        title="somebody tidies up",
        lasts=tidied_up,
        fires=("EventApiPermissionMissing", "EventApiExporterReloadFailed"),
    ),
    Fault(
        title="the links are cut",
        lasts=links_cut,
        fires=("EventApiDown", "EventApiCollectorFailing", "EventApiDataStale", "EventApiMetricsMissing"),
    ),
    Fault(title="the exporter is gone", lasts=exporter_gone, fires=("EventApiTargetMissing",)),
    Fault(title="a node is dead", lasts=node_dead, fires=("EventApiScrapeIncomplete",)),
)
