"""The messages people really get from a running Alertmanager, on every channel."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from obs.model.plan import Plan
from obs.model.platform import Route
from tests.engines.alertmanagers import alertmanager, eventually, firing
from tests.engines.processes import engine_path
from tests.engines.sinks import Sinks, listening
from tests.render import alert_plans

pytestmark = pytest.mark.engine("alertmanager")

Json = dict[str, Any]
Engine = Callable[[str], Path]

STARTED = datetime(2026, 3, 4, 3, 12, tzinfo=UTC)
PANEL = "https://grafana.example.com/d/obs-queue?viewPanel=2&from=1772590320000&to=now&var-job=queue"
RUNBOOK = "https://runbooks.example.com/queue.md#queuelost"
QUERY = "https://prometheus.example.com/graph?g0.expr=queue_up+%3C+0.5&g0.tab=1"
SILENCE = "https://alertmanager.example.com/#/silences/new?filter=%7Balertname%3D%22QueueLost%22%2Ccluster%3D%22home%22"
LOGS = (
    "https://kibana.example.com/app/discover#/view/obs-search-queue-lost"
    "?_g=%28time:%28from:%272026-03-04T02:12:00Z%27,to:now%29%29"
)
EVERY_LINK = (PANEL, RUNBOOK, LOGS, QUERY, SILENCE)


def night_alert(number: int = 0, **more: str) -> Json:
    """A page at ten past three, annotated as our rules annotate."""
    return {
        "labels": {
            "alertname": "QueueLost",
            "cluster": "home",
            "component": "queue",
            "severity": "critical",
            "job": "queue",
            "queue": f"orders & <more> {number}",
        },
        "annotations": {
            "summary": "A queue lost messages.",
            "description": "12 messages of queue are gone (limit 0 messages).",
            "runbook_url": RUNBOOK,
            "dashboard_url": PANEL.replace("from=1772590320000", "from=now-1h"),
            "logs_url": LOGS.replace("%272026-03-04T02:12:00Z%27", "now-1h"),
        },
        "startsAt": STARTED.isoformat(),
        "generatorURL": QUERY,
        **more,
    }


def everyone() -> Plan:
    """A platform that tells every channel of a critical alert."""
    names = tuple(r.name for r in alert_plans.RECEIVERS if r.name != "beat")
    notify = replace(alert_plans.NOTIFY, routes=(Route(receivers=names, severity=("critical",)),), mute_timings=())
    return alert_plans.plan(alert_plans.quick(notify))


@dataclass(frozen=True, kw_only=True)
class Night:
    """One page and its end: the texts by channel, and everything that arrived."""

    page: dict[str, str]
    over: dict[str, str]
    sinks: Sinks


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """What every channel got of three alerts that fire together and of their end."""
    folder = tmp_path_factory.mktemp("night")
    with listening() as sinks, alertmanager(everyone(), engine_path, folder, sinks) as server:
        server.post([night_alert(number) for number in range(3)])
        page = last_messages(sinks, "(3 alerts)")
        ended = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        server.post([night_alert(number, endsAt=ended) for number in range(3)])
        over = last_messages(sinks, "RESOLVED")
        server.post([firing({"alertname": "Watchdog", "severity": "info", "cluster": "home"})])
        eventually(lambda: sinks.at("/webhook/beat"))
        complaints = re.findall(r".*level=(?:ERROR|WARN).*", server.log.read_text())
    assert not complaints
    return Night(page=page, over=over, sinks=sinks)


def last_messages(sinks: Sinks, word: str) -> dict[str, str]:
    """The newest message of each channel, once all of them say `word`."""

    def said() -> bool:
        return all(channels(sinks)) and all(word in text for text in messages(sinks).values())

    assert eventually(said), messages(sinks)
    return messages(sinks)


def channels(sinks: Sinks) -> list[list[Any]]:
    paths = ("/pagerduty/pager", "/slack/chat", "/msteamsv2/teams", "/telegram/phone", "/webhook/hook")
    return [*(sinks.at(path) for path in paths), list(sinks.mails)]


def mail_parts(mail: Message) -> tuple[str, str]:
    """(plain text, HTML) of a mail."""
    parts = {part.get_content_type(): part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()}
    plain, rich = parts["text/plain"], parts["text/html"]
    assert isinstance(plain, bytes)
    assert isinstance(rich, bytes)
    return plain.decode(), rich.decode()


def messages(sinks: Sinks) -> dict[str, str]:
    """Channel -> the text a person sees of its newest message, entities and encodings undone."""
    plain, rich = mail_parts(sinks.mails[-1])
    slack = sinks.at("/slack/chat")[-1]["attachments"][0]
    teams = sinks.at("/msteamsv2/teams")[-1]["attachments"][0]["content"]["body"]
    pager = sinks.at("/pagerduty/pager")[-1]
    return {
        "pagerduty": " ".join([pager["payload"]["summary"], *(link["href"] for link in pager.get("links", []))]),
        "slack": f"{slack['title']} {slack['text']}",
        "msteams": " ".join(block["text"] for block in teams),
        "telegram": html.unescape(sinks.at("/telegram/phone")[-1]["text"]),
        "mail": f"{sinks.mails[-1]['Subject']} {plain}",
        "mail-html": html.unescape(rich),
    }


CHANNELS = ("pagerduty", "slack", "msteams", "telegram", "mail", "mail-html")


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_page_says_what_is_wrong_where_and_how_bad(channel: str, night: Night) -> None:
    text = night.page[channel]
    assert "CRITICAL queue on home: A queue lost messages. (3 alerts)" in text
    if channel != "pagerduty":
        assert "12 messages of queue are gone (limit 0 messages)." in text
        assert "Since 03:12 UTC on 4 March" in text
        assert "queue orders & <more> 1" in text


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_page_carries_every_link_and_the_panel_opens_at_its_time(channel: str, night: Night) -> None:
    text = night.page[channel].replace("&#43;", "+")
    # PagerDuty's list of links is fixed by the platform, and this one has no logging half.
    left_out = {"telegram": QUERY, "pagerduty": LOGS}.get(channel)
    links = [link for link in EVERY_LINK if link != left_out]
    assert [link for link in links if link not in text] == []
    if channel == "telegram":
        assert "https://prometheus.example.com/alerts?search=QueueLost" in text


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_end_of_a_page_says_so_and_its_panel_ends_soon_after(channel: str, night: Night) -> None:
    text = night.over[channel]
    if channel == "pagerduty":
        assert night.sinks.at("/pagerduty/pager")[-1]["event_action"] == "resolve"
    else:
        assert "RESOLVED queue on home" in text
        assert "Over since" in text
        assert re.search(r"from=1772590320000&to=\d{13}&var-job=queue", text)


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_message_shows_a_hole(channel: str, night: Night) -> None:
    for text in (night.page[channel], night.over[channel]):
        assert "<no value>" not in text
        assert "{{" not in text
        assert "ZgotmplZ" not in text


def test_a_silence_link_holds_every_label_of_its_alert(night: Night) -> None:
    text = night.page["slack"]
    assert "queue%3D%22orders%20%26%20%3Cmore%3E%200%22%2Cseverity%3D%22critical%22%7D" in text


def test_the_heartbeat_has_a_receiver_of_its_own(night: Night) -> None:
    (beat,) = night.sinks.at("/webhook/beat")
    assert beat["commonLabels"]["alertname"] == "Watchdog"
    assert all(body["commonLabels"]["alertname"] != "Watchdog" for body in night.sinks.at("/webhook/hook"))


def test_pagerduty_knows_the_severity_and_keeps_one_incident(night: Night) -> None:
    first, *others = night.sinks.at("/pagerduty/pager")
    assert first["payload"]["severity"] == "critical"
    assert first["payload"]["component"] == "queue"
    assert {other["dedup_key"] for other in others} == {first["dedup_key"]}


LIMITS = {"telegram": 4096, "msteams": 28_000, "slack": 8_000}
"""Characters or bytes a message may have: Telegram's sendMessage, Teams' webhooks, Slack's readable attachment."""


def test_messages_stay_within_their_limits_however_many_alerts_fire(engine: Engine, tmp_path: Path) -> None:
    long = f"https://prometheus.example.com/graph?g0.expr={'absent%28x%29+or+' * 500}"
    with listening() as sinks, alertmanager(everyone(), engine, tmp_path, sinks) as server:
        server.post([night_alert(number, generatorURL=long) for number in range(40)])
        page = last_messages(sinks, "(40 alerts)")
    telegram = sinks.at("/telegram/phone")[-1]["text"]
    assert {channel: len(page[channel]) for channel in LIMITS if len(page[channel]) > LIMITS[channel]} == {}
    assert len(telegram) < LIMITS["telegram"]
    assert "and more, 40 in all" in telegram
    assert telegram.count("<a ") == telegram.count("</a>")
    assert "https://prometheus.example.com/alerts?search=QueueLost" in page["slack"]


def test_an_alert_of_somebody_else_without_annotations_is_readable_too(engine: Engine, tmp_path: Path) -> None:
    with listening() as sinks, alertmanager(everyone(), engine, tmp_path, sinks) as server:
        server.post([firing({"alertname": "TheirAlert", "severity": "critical"})])
        assert eventually(lambda: all(channels(sinks)))
        texts = messages(sinks)
        assert all("TheirAlert" in text for text in texts.values())
        assert all("]()" not in text and "<|" not in text and 'href=""' not in text for text in texts.values())
        assert all(link["href"] for link in sinks.at("/pagerduty/pager")[0]["links"])
        assert "level=ERROR" not in server.log.read_text()
