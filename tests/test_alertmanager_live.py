"""The table of cases on a running Alertmanager, and the messages people really get."""

import html
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from obs import library
from obs.model.plan import Plan
from obs.model.platform import MuteTiming, Notify, Receiver, Route
from obs.model.quiet import WEEKDAYS, is_muted
from obs.render.routes import ELSEWHERE, case_table
from obs.resolve import resolve
from obs.spec import load
from tests.engines.alertmanagers import Alertmanager, alertmanager, eventually
from tests.engines.processes import engine_path
from tests.engines.sinks import Sinks, listening
from tests.render import alert_plans

pytestmark = pytest.mark.engine("alertmanager", "amtool")

Json = dict[str, Any]
Engine = Callable[[str], Path]
EXAMPLE = Path(__file__).parents[1] / "examples/opendax.yaml"


def exchange() -> Plan:
    """The reference platform."""
    return resolve(load(EXAMPLE, library.components()), library.load())


@pytest.fixture(scope="module", params=["hand-made", "reference"])
def plan(request: pytest.FixtureRequest) -> Plan:
    return alert_plans.plan() if request.param == "hand-made" else exchange()


@pytest.fixture(scope="module")
def table(plan: Plan) -> Json:
    return case_table(plan)


@pytest.fixture(scope="module")
def server(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alertmanager]:
    with listening() as sinks, alertmanager(plan, engine_path, tmp_path_factory.mktemp("alertmanager"), sinks) as running:
        yield running


def firing(labels: Json) -> Json:
    """An alert as Prometheus posts it, firing since a minute ago."""
    started = datetime.now(UTC) - timedelta(minutes=1)
    return {"labels": labels, "startsAt": started.isoformat(), "generatorURL": "http://prometheus/graph"}


def placed(labels: Json, number: int) -> Json:
    """The labels in a cluster of the case's own, so that no case touches another."""
    away = f"-{ELSEWHERE}" if labels["cluster"] == ELSEWHERE else ""
    return labels | {"cluster": f"case-{number}{away}"}


def test_every_alert_and_every_route_reaches_the_receivers_of_the_table(table: Json, server: Alertmanager) -> None:
    cases = [*table["alerts"], *table["routes"]]
    server.post([firing(placed(case["labels"], number)) for number, case in enumerate(cases)])
    seen = {key(alert["labels"]): {r["name"] for r in alert["receivers"]} for alert in server.get("alerts")}
    expected = {key(placed(case["labels"], number)): set(case["receivers"]) for number, case in enumerate(cases)}
    assert {k: seen.get(k) for k in expected} == expected


def key(labels: Json) -> str:
    return ",".join(f"{k}={v}" for k, v in sorted(labels.items()))


def test_every_inhibition_of_the_table_holds_and_ends_where_it_says(table: Json, server: Alertmanager) -> None:
    cases = [case for group in table["inhibitions"] for case in group["cases"]]
    pairs = [(placed(c["firing"], 10_000 + n), placed(c["labels"], 10_000 + n)) for n, c in enumerate(cases)]
    server.post([firing(labels) for pair in pairs for labels in pair])
    silenced = [key(source) if case["silenced"] else "" for case, (source, _) in zip(cases, pairs, strict=True)]
    expected = dict(zip([key(target) for _, target in pairs], silenced, strict=True))
    eventually(lambda: inhibited(server, expected) == expected)
    assert cases
    assert inhibited(server, expected) == expected


def inhibited(server: Alertmanager, targets: Json) -> dict[str, str]:
    """Target -> the alert that keeps it quiet, "" where none does."""
    alerts = {alert["fingerprint"]: alert for alert in server.get("alerts")}
    found = {key(alert["labels"]): alert["status"]["inhibitedBy"] for alert in alerts.values()}
    return {name: ",".join(key(alerts[by]["labels"]) for by in found[name]) for name in targets}


def test_amtool_routes_each_kind_of_alert_the_same_way(table: Json, server: Alertmanager, engine: Engine) -> None:
    kinds = {tuple(case["receivers"]): case["labels"] for case in [*table["alerts"], *table["routes"]]}
    for receivers, labels in kinds.items():
        told = [f"{name}={value}" for name, value in labels.items()]
        command = [str(engine("amtool")), "config", "routes", "test", f"--config.file={server.config}"]
        answer = subprocess.run([*command, *told], capture_output=True, text=True, check=True).stdout.strip()
        assert set(answer.split(",")) == set(receivers)


def test_amtool_finds_nothing_wrong(server: Alertmanager, engine: Engine) -> None:
    command = [str(engine("amtool")), "check-config", str(server.config)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "FAILED" not in told.stdout
    assert "1 templates" in told.stdout


def windows(now: datetime) -> tuple[MuteTiming, ...]:
    """Windows that are open now, and windows that are not, each by another of Alertmanager's fields."""
    today = (now.weekday() + 1) % 7
    minute = now.hour * 60 + now.minute
    around = (clock(max(0, minute - 60)), clock(min(24 * 60, minute + 60)))
    before = ("00:00", clock(minute - 60)) if minute >= 120 else (clock(minute + 60), clock(minute + 120))
    return (
        MuteTiming(name="today", weekdays=(WEEKDAYS[today],)),
        MuteTiming(name="other-days", weekdays=(WEEKDAYS[(today + 3) % 7],)),
        MuteTiming(name="this-hour", times=(around,)),
        MuteTiming(name="another-hour", times=(before,)),
        MuteTiming(name="this-date", days_of_month=(str(now.day),), months=(str(now.month),)),
        MuteTiming(name="another-month", months=(str(now.month % 12 + 1),)),
        MuteTiming(name="month-end", days_of_month=("-3:-1",)),
    )


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def test_mute_timings_open_and_shut_as_the_table_thinks(engine: Engine, tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    timings = windows(now)
    notify = Notify(
        receivers=(Receiver(name="hook", kind="webhook", secret="hook"),),
        mute_timings=timings,
        routes=tuple(Route(receivers=("hook",), alert=(t.name,), mute=(t.name,)) for t in timings),
    )
    plan = alert_plans.plan(alert_plans.quick(notify))
    with listening() as sinks, alertmanager(plan, engine, tmp_path, sinks) as server:
        server.post([firing({"alertname": timing.name, "component": timing.name}) for timing in timings])
        heard = [timing.name for timing in timings if not is_muted(timing, now)]
        eventually(lambda: len(sinks.at("/webhook/hook")) >= len(heard))
        muted = {
            alert["labels"]["alertname"]: alert["status"]["mutedBy"]
            for group in server.get("alerts/groups")
            for alert in group["alerts"]
        }
    assert {"today", "this-hour", "this-date"}.isdisjoint(heard)
    assert {"other-days", "another-hour", "another-month"} <= set(heard)
    assert sorted(body["commonLabels"]["alertname"] for body in sinks.at("/webhook/hook")) == sorted(heard)
    assert muted == {t.name: [t.name] if is_muted(t, now) else [] for t in timings}


STARTED = datetime(2026, 3, 4, 3, 12, tzinfo=UTC)
PANEL = "https://grafana.example.com/d/obs-queue?viewPanel=2&from=1772590320000&to=now&var-job=queue"
RUNBOOK = "https://runbooks.example.com/queue.md#queuelost"
QUERY = "https://prometheus.example.com/graph?g0.expr=queue_up+%3C+0.5&g0.tab=1"
SILENCE = "https://alertmanager.example.com/#/silences/new?filter=%7Balertname%3D%22QueueLost%22%2Ccluster%3D%22home%22"
EVERY_LINK = (PANEL, RUNBOOK, QUERY, SILENCE)


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


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Sinks:
    """What every channel got of three alerts that fire together and of their end."""
    with listening() as sinks, alertmanager(everyone(), engine_path, tmp_path_factory.mktemp("night"), sinks) as server:
        server.post([night_alert(number) for number in range(3)])
        eventually(lambda: all(len(got) >= 1 for got in channels(sinks)))
        ended = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        server.post([night_alert(number, endsAt=ended) for number in range(3)])
        eventually(lambda: all(len(got) >= 2 for got in channels(sinks)))
        server.post([firing({"alertname": "Watchdog", "severity": "info", "cluster": "home"})])
        eventually(lambda: sinks.at("/webhook/beat"))
        complaints = re.findall(r".*level=(?:ERROR|WARN).*", server.log.read_text())
    assert not complaints
    return sinks


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


def messages(sinks: Sinks, number: int) -> dict[str, str]:
    """Channel -> the text a person sees of its message, entities and encodings undone."""
    plain, rich = mail_parts(sinks.mails[number])
    slack = sinks.at("/slack/chat")[number]["attachments"][0]
    teams = sinks.at("/msteamsv2/teams")[number]["attachments"][0]["content"]["body"]
    pager = sinks.at("/pagerduty/pager")[number]
    return {
        "pagerduty": " ".join([pager["payload"]["summary"], *(link["href"] for link in pager.get("links", []))]),
        "slack": f"{slack['title']} {slack['text']}",
        "msteams": " ".join(block["text"] for block in teams),
        "telegram": html.unescape(sinks.at("/telegram/phone")[number]["text"]),
        "mail": f"{sinks.mails[number]['Subject']} {plain}",
        "mail-html": html.unescape(rich),
    }


CHANNELS = ("pagerduty", "slack", "msteams", "telegram", "mail", "mail-html")


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_page_says_what_is_wrong_where_and_how_bad(channel: str, night: Sinks) -> None:
    text = messages(night, 0)[channel]
    assert "CRITICAL queue on home: A queue lost messages. (3 alerts)" in text
    if channel != "pagerduty":
        assert "12 messages of queue are gone (limit 0 messages)." in text
        assert "Since 03:12 UTC on 4 March" in text
        assert "queue orders & <more> 1" in text


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_page_carries_every_link_and_the_panel_opens_at_its_time(channel: str, night: Sinks) -> None:
    text = messages(night, 0)[channel].replace("&#43;", "+")
    links = [link for link in EVERY_LINK if not (channel == "telegram" and link == QUERY)]
    assert [link for link in links if link not in text] == []
    if channel == "telegram":
        assert "https://prometheus.example.com/alerts?search=QueueLost" in text


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_end_of_a_page_says_so_and_its_panel_ends_soon_after(channel: str, night: Sinks) -> None:
    text = messages(night, 1)[channel]
    if channel == "pagerduty":
        assert night.at("/pagerduty/pager")[1]["event_action"] == "resolve"
    else:
        assert "RESOLVED queue on home" in text
        assert "Over since" in text
        assert re.search(r"from=1772590320000&to=\d{13}&var-job=queue", text)


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_message_shows_a_hole(channel: str, night: Sinks) -> None:
    for number in (0, 1):
        text = messages(night, number)[channel]
        assert "<no value>" not in text
        assert "{{" not in text
        assert "ZgotmplZ" not in text


def test_a_silence_link_holds_every_label_of_its_alert(night: Sinks) -> None:
    text = messages(night, 0)["slack"]
    assert "queue%3D%22orders%20%26%20<more>%200%22%2Cseverity%3D%22critical%22%7D" in text


def test_the_heartbeat_has_a_receiver_of_its_own(night: Sinks) -> None:
    (beat,) = night.at("/webhook/beat")
    assert beat["commonLabels"]["alertname"] == "Watchdog"
    assert all(body["commonLabels"]["alertname"] != "Watchdog" for body in night.at("/webhook/hook"))


def test_pagerduty_knows_the_severity_and_keeps_one_incident(night: Sinks) -> None:
    first, second = night.at("/pagerduty/pager")
    assert first["payload"]["severity"] == "critical"
    assert first["payload"]["component"] == "queue"
    assert first["dedup_key"] == second["dedup_key"]


def test_telegram_stays_within_its_limit_however_many_alerts_fire(engine: Engine, tmp_path: Path) -> None:
    with listening() as sinks, alertmanager(everyone(), engine, tmp_path, sinks) as server:
        server.post([night_alert(number) for number in range(40)])
        (got,) = eventually(lambda: sinks.at("/telegram/phone"))[:1]
    assert len(got["text"]) < 4096
    assert "and more, 40 in all" in got["text"]
    assert got["text"].count("<a ") == got["text"].count("</a>")


def test_an_alert_of_somebody_else_without_annotations_is_readable_too(engine: Engine, tmp_path: Path) -> None:
    with listening() as sinks, alertmanager(everyone(), engine, tmp_path, sinks) as server:
        server.post([firing({"alertname": "TheirAlert", "severity": "critical"})])
        assert eventually(lambda: all(channels(sinks)))
        texts = messages(sinks, 0)
        assert all("TheirAlert" in text for text in texts.values())
        assert all("]()" not in text and "<|" not in text and 'href=""' not in text for text in texts.values())
        assert all(link["href"] for link in sinks.at("/pagerduty/pager")[0]["links"])
        assert "level=ERROR" not in server.log.read_text()
