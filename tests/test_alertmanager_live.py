"""The table of cases on a running Alertmanager."""

import shlex
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from obs import library
from obs.model.plan import Plan
from obs.model.platform import MuteTiming, Notify, Receiver, Route
from obs.model.quiet import WEEKDAYS, is_muted
from obs.render.routes import ELSEWHERE, case_table, labels_of
from obs.resolve import resolve
from obs.spec import load
from tests.engines.alertmanagers import Alertmanager, alertmanager, eventually, firing
from tests.engines.processes import engine_path
from tests.engines.sinks import listening
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
    folder = tmp_path_factory.mktemp("alertmanager")
    with listening() as sinks, alertmanager(plan, engine_path, folder, sinks) as running:
        yield running


def placed(words: str, number: int) -> dict[str, str]:
    """A case's labels in a cluster of its own, so that no case touches another."""
    labels = labels_of(words)
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
        command = [str(engine("amtool")), "config", "routes", "test", f"--config.file={server.config}"]
        answer = subprocess.run([*command, *shlex.split(labels)], capture_output=True, text=True, check=True)
        assert set(answer.stdout.strip().split(",")) == set(receivers)


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
