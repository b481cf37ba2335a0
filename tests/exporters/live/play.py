"""Faults are played on a stage one after the other, and what a receiver hears before, under and after each is kept."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import pytest

from obs.model.plan import Plan
from tests.engines.alertmanagers import eventually
from tests.exporters.live.watch import Heard


class Stage(Protocol):
    """What a fault happens on. `quiet` tells what fires, but for what goes on after its fault by design."""

    @property
    def heard(self) -> Heard: ...

    def quiet(self) -> set[str]: ...


S = TypeVar("S", bound=Stage)


@dataclass(frozen=True, kw_only=True)
class Fault(Generic[S]):
    """`lasts` is a block during which it is there; `fires` are the alerts it is the fault of.

    Faults that do not touch each other are one, to keep the play short. A burn alert is named with its long window
    ("MailBudgetBurn 1h") where that matters.
    """

    title: str
    lasts: Callable[[S], AbstractContextManager[None]]
    fires: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Played:
    """What became of one fault: alerts that fired before, under it, and after it."""

    before: set[str]
    under: set[str]
    after: set[str]
    seconds: float


@contextmanager
def often(
    work: Callable[[], object], *, every: float = 0.0, refused: tuple[type[Exception], ...] = (OSError,)
) -> Iterator[None]:
    """Do something again and again, in a thread, while the block lasts; what is `refused` is tried again."""
    stopped = threading.Event()

    def run() -> None:
        while not stopped.wait(every):
            with suppress(*refused):
                work()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(30)


def becomes_quiet(on: Stage, seconds: float) -> bool:
    """Whether nothing fires any more in time."""
    return bool(eventually(lambda: not on.quiet(), seconds=seconds))


def play(on: S, fault: Fault[S], *, seconds: float) -> Played:
    """Let a fault happen until its alerts fire, end it, wait until they do not; each for `seconds` at most."""
    before, started, under = on.quiet(), time.monotonic(), set[str]()

    def every() -> bool:
        under.update(_named(on.heard.now()))
        return set(fault.fires) <= under

    with fault.lasts(on):
        eventually(every, seconds=seconds)
    becomes_quiet(on, seconds)
    return Played(
        before=_named(before), under=under, after=_named(on.quiet()), seconds=time.monotonic() - started
    )


def play_all(on: S, faults: Iterable[Fault[S]], *, seconds: float) -> dict[str, Played]:
    """Every fault, one after the other, by title."""
    return {fault.title: play(on, fault, seconds=seconds) for fault in faults}


def _named(alerts: set[str]) -> set[str]:
    """The alerts with their long window, and without."""
    return alerts | {name.partition(" ")[0] for name in alerts}


def cases(faults: Sequence[Fault[Any]]) -> list[Any]:
    """(fault, alert) for each alert each fault must raise, as parameters of a test."""
    return [pytest.param(fault, name, id=name) for fault in faults for name in fault.fires]


def judge(played: Mapping[str, Played], fault: Fault[Any], name: str) -> None:
    """The alert was silent, was heard, and is silent again."""
    found = played[fault.title]
    assert name not in found.before
    assert name in found.under, f"{fault.title}: fires {sorted(found.under)}"
    assert name not in found.after


def unproven(plan: Plan, components: Iterable[str], faults: Sequence[Fault[Any]]) -> set[str]:
    """Alerts of the components that no fault raises."""
    of = frozenset(components)
    every = {alert.name for alert in plan.alerts if alert.component in of}
    return every - {name.partition(" ")[0] for fault in faults for name in fault.fires}


def told(component: str, played: Mapping[str, Played], faults: Sequence[Fault[Any]]) -> str:
    """A line for the report: how many alerts, and how long each fault took."""
    names = {name.partition(" ")[0] for fault in faults for name in fault.fires}
    times = ", ".join(f"{title} {each.seconds:.0f} s" for title, each in played.items())
    return f"alerts of {component} under real faults: {len(names)} ({times})"
