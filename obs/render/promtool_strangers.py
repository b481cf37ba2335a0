"""Strangers: series like those that drive an alert, at their worst, but with one label that a matcher keeps out."""

import re
from collections.abc import Iterator

from obs.render.play import Track
from obs.render.promtool_drive import Drive
from obs.render.selectors import Matcher, Selector, selectors

STRANGER = "stranger"
_PLAIN = re.compile(r"[\w. -]+")


def strangers(driven: Drive, worst: tuple[Track, ...], played: tuple[Track, ...], job: str = "") -> tuple[Track, ...]:
    """One stranger per matcher of what the alert reads; for that of the job only when one is named."""
    read = [s for expr in driven.exprs for s in selectors(expr)]
    taken = {(t.name, t.labels) for t in played}
    found: dict[tuple[str, tuple[tuple[str, str], ...]], Track] = {}
    for track in driven.driven(worst):
        for selector in (s for s in read if s.takes(track)):
            for one in _outside(track, selector, job):
                if (one.name, one.labels) not in taken and not any(s.takes(one) for s in read):
                    found.setdefault((one.name, one.labels), one)
    return tuple(found.values())


def _outside(track: Track, selector: Selector, job: str) -> Iterator[Track]:
    """The track with one label that a matcher does not take."""
    for matcher in selector.matchers:
        value = job if matcher.label == "job" else _other(matcher)
        if matcher.label not in ("cluster", "le") and value:
            yield track.labelled({**dict(track.labels), matcher.label: value})


def _other(matcher: Matcher) -> str | None:
    """A value the matcher keeps out; None when that is hard to tell."""
    tried = (STRANGER, matcher.value.split("|")[0])
    return next((v for v in tried if _PLAIN.fullmatch(v) and not matcher.takes(v)), None)
