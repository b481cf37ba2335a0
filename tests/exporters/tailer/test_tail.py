"""Every happening is printed once: over lists, watches, forgotten states, failures and the end of the program."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from obs_event_tailer.client import Change, Gone, Unreachable
from obs_event_tailer.ending import Ended, Ending
from obs_event_tailer.lines import BEGINNING, Event, is_after, line, moment
from obs_event_tailer.position import PositionFile
from obs_event_tailer.tail import LONGEST, SHORTEST, Tail
from obs_event_tailer.told import Told

CATALOGUE = Path(__file__).resolve().parents[3] / "obs" / "catalog" / "kubernetes" / "samples" / "events.log"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def event(uid: str, *, count: int = 1, at: str = "12:00:00", version: str = "1") -> Event:
    return {
        "metadata": {"name": f"pod.{uid}", "namespace": "shop", "uid": uid, "resourceVersion": version},
        "involvedObject": {"kind": "Pod", "name": "pod"},
        "count": count,
        "lastTimestamp": f"2026-11-22T{at}Z",
    }


Step = Exception | list[Change]


class Server:
    """An API server on paper: its events now, and what each watch brings; after the last one the program is ended."""

    def __init__(self, *steps: Step, listed: list[Event] | None = None, ending: Ending | None = None) -> None:
        self.listed, self._steps, self._ending = listed or [], list(steps), ending or Ending()
        self.asked: list[str] = []

    def pages(self) -> Iterator[tuple[list[Event], str]]:
        self.asked.append("list")
        yield self.listed[:1], ""
        yield self.listed[1:], "100"

    def changes(self, version: str) -> Iterator[Change]:
        self.asked.append(version)
        if not self._steps:
            self._ending.ask()
        step = self._steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return iter(step)


def ran(server: Any, *, file: PositionFile | None = None, floor: datetime = NOON, most: int = 100) -> list[Event]:
    """What is printed until the server has no more to say."""
    printed: list[str] = []
    kept = file or PositionFile(None)
    tail = Tail(
        server, told=Told(floor, most=most), file=kept, out=printed.append, ending=Ending(), sleep=lambda _: None
    )
    with pytest.raises(Ended):
        tail.run()
    return [json.loads(text) for text in printed]


def told(events: list[Event]) -> list[tuple[str, int]]:
    return [(one["metadata"]["uid"], one["count"]) for one in events]


def added(*events: Event) -> list[Change]:
    return [Change("ADDED", one) for one in events]


def test_the_catalogues_sample_lines_are_what_is_printed() -> None:
    samples = [text for text in CATALOGUE.read_text(encoding="utf-8").splitlines() if '"apiVersion":"v1"' in text[:40]]
    assert len(samples) > 2
    assert [line(json.loads(text)) for text in samples] == [f"{text}\n" for text in samples]


def test_an_item_of_a_list_gets_its_kind_and_loses_who_manages_its_fields() -> None:
    item = event("a") | {"message": "Größe: 9\nof 10"}
    item["metadata"]["managedFields"] = [{"manager": "kubelet"}]
    printed = line(item)
    assert printed.startswith('{"kind":"Event","apiVersion":"v1","metadata":')
    assert printed.count("\n") == 1
    assert json.loads(printed)["message"] == "Größe: 9\nof 10"
    assert "managedFields" not in printed


def test_what_happens_again_is_printed_again_and_what_is_only_touched_is_not() -> None:
    touched = event("a", version="7")
    server = Server([*added(event("a")), Change("MODIFIED", touched), Change("MODIFIED", event("a", count=2))])
    assert told(ran(server)) == [("a", 1), ("a", 2)]


def test_a_series_counts_as_happening_again() -> None:
    series = [event("a") | {"series": {"count": n, "lastObservedTime": "2026-11-22T12:00:01.5Z"}} for n in (2, 3)]
    assert len(ran(Server(added(*series)))) == 2


def test_a_fresh_start_prints_of_what_there_is_only_the_last_moments() -> None:
    server = Server(listed=[event("old", at="11:59:59"), event("new", at="12:00:00")])
    assert told(ran(server)) == [("new", 1)]


def test_what_was_old_at_the_start_is_printed_when_it_happens_again() -> None:
    server = Server(added(event("old", count=2, at="12:00:07")), listed=[event("old", at="11:00:00")])
    assert told(ran(server)) == [("old", 2)]


def test_a_forgotten_state_is_listed_anew_and_nothing_is_printed_twice() -> None:
    listed = [event("a"), event("b")]
    server = Server(added(event("c", version="101")), Gone(), listed=listed)
    server.listed.append(event("c"))
    assert told(ran(server)) == [("a", 1), ("b", 1), ("c", 1)]
    assert server.asked == ["list", "100", "101", "list", "100"]


def test_what_happened_while_the_state_was_forgotten_is_printed() -> None:
    server = Server(Gone(), listed=[event("a")])
    first = server.pages

    def later() -> Iterator[tuple[list[Event], str]]:
        yield from first()
        server.listed = [event("a", count=5), event("b", version="101")]

    server.pages = later  # type: ignore[method-assign]
    assert told(ran(server)) == [("a", 1), ("a", 5), ("b", 1)]


def test_a_watch_goes_on_where_the_last_one_ended() -> None:
    bookmark = Change("BOOKMARK", {"metadata": {"resourceVersion": "250"}})
    server = Server(added(event("a", version="200")), [bookmark], Unreachable("gone for a moment"))
    ran(server)
    assert server.asked == ["list", "100", "200", "250", "250"]


def test_a_restarted_program_goes_on_at_its_position_and_repeats_nothing(tmp_path: Path) -> None:
    file = PositionFile(tmp_path / "position")
    assert told(ran(Server(added(event("a", version="200"))), file=file)) == [("a", 1)]
    again = Server(added(event("b", version="201")), listed=[event("a")])
    assert told(ran(again, file=file)) == [("b", 1)]
    assert again.asked == ["200", "201"]


def test_a_restarted_program_whose_state_is_forgotten_prints_what_changed_since(tmp_path: Path) -> None:
    file = PositionFile(tmp_path / "position")
    ran(Server(added(event("a", version="200"))), file=file)
    listed = [event("a", version="200"), event("late", at="11:00:00", version="201"), event("b", version="199")]
    assert told(ran(Server(Gone(), listed=listed), file=file)) == [("late", 1)]


def test_versions_that_are_no_numbers_are_rather_told_twice_than_never() -> None:
    server = Server(Gone(), listed=[event("a", version="x1")])
    assert told(ran(server)) == [("a", 1)]
    assert is_after(event("a", version="x1"), "100")


def test_memory_is_bounded_and_what_is_forgotten_is_not_printed_again() -> None:
    many = [event(str(n), version=str(100 + n)) for n in range(200)]
    server = Server(added(*many), Gone())
    first = server.pages

    def later() -> Iterator[tuple[list[Event], str]]:
        yield from first()
        server.listed = many

    server.pages = later  # type: ignore[method-assign]
    assert len(told(ran(server, most=50))) == 200


def test_what_is_deleted_is_forgotten_and_not_printed() -> None:
    remembered = Told(NOON)
    remembered.is_news(event("a"))
    remembered.forget(event("a"))
    assert len(remembered) == 0
    assert told(ran(Server([Change("DELETED", event("a"))]))) == []


def test_pauses_grow_to_half_a_minute_and_shrink_after_an_answer() -> None:
    pauses: list[float] = []
    failures = [Unreachable("no")] * 8
    server = Server(*failures, [], Unreachable("no"))
    tail = Tail(
        server,  # type: ignore[arg-type]
        told=Told(NOON),
        file=PositionFile(None),
        out=lambda _: None,
        ending=Ending(),
        sleep=pauses.append,
    )
    with pytest.raises(Ended):
        tail.run()
    assert SHORTEST <= pauses[0] <= 2 * SHORTEST
    assert LONGEST / 2 <= pauses[7] <= LONGEST
    assert pauses[9] <= 2 * SHORTEST


def test_the_end_comes_after_the_line_and_its_position(tmp_path: Path) -> None:
    file, ending, printed = PositionFile(tmp_path / "position"), Ending(), []

    def out(text: str) -> None:
        ending.ask()  # the signal arrives while the line is written
        printed.append(text)

    server = Server(added(event("a", version="200"), event("b", version="201")), ending=ending)
    tail = Tail(server, told=Told(NOON), file=file, out=out, ending=ending)  # type: ignore[arg-type]
    with pytest.raises(Ended):
        tail.run()
    assert len(printed) == 1
    assert file.read() == "200"


def test_the_end_breaks_off_what_waits() -> None:
    with pytest.raises(Ended):
        Ending().ask()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe"])
def test_a_position_that_cannot_be_read_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "position"
    path.write_bytes(content)
    assert PositionFile(path).read() == ""


@pytest.mark.parametrize(
    ("told_times", "expected"),
    [
        ({"lastTimestamp": None, "eventTime": "2026-11-22T12:00:00.000000Z", "firstTimestamp": None}, NOON),
        ({"lastTimestamp": "2026-11-22T12:00:00Z", "firstTimestamp": "2026-11-22T09:00:00Z"}, NOON),
        ({"lastTimestamp": None, "series": {"lastObservedTime": "2026-11-22T12:00:00Z"}}, NOON),
        ({"lastTimestamp": None}, BEGINNING),
        ({"lastTimestamp": "yesterday"}, BEGINNING),
    ],
)
def test_an_event_is_as_old_as_its_last_happening(told_times: dict[str, object], expected: datetime) -> None:
    assert moment(event("a") | told_times) == expected


