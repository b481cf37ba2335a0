"""Lines that are one event, put together: by a format's own rule, or by what stack traces look like."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from obs.model.expression import python
from obs.model.logs import Join, LogFormat
from obs.prove.log_lines import Line

TRACES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "java": (
        ("", r"(?:Exception|Error|Throwable):", "thrown"),
        ("thrown", r"^[\t ]*nested exception is:", ""),
        ("thrown", r"^$", "thrown"),
        ("thrown frame", r"^[\t ]+at ", "frame"),
        ("thrown frame", r"^[\t ]*(?:Caused by|Suppressed):", "thrown"),
        ("thrown frame", r"^[\t ]*\.\.\. \d+ (?:more|common)", "frame"),
    ),
    "python": (
        ("", r"^Traceback \(most recent call last\):$", "file"),
        ("file", r"^[\t ]+File ", "code"),
        ("code", r"[^\t ]", "file"),
        ("file", r"^[^\s():]+:", ""),
    ),
    "go": (
        ("", r"\bpanic: ", "panic"),
        ("panic line", r"^$", "goroutine"),
        ("panic", r"^\[signal ", "panic"),
        ("goroutine", r"^goroutine \d+ \[[^\]]+\]:$", "line"),
        ("line", r"^[^\s():]+(?:\(.*)?\(|^created by ", "place"),
        ("place", r"^\s", "line"),
    ),
}
"""Language -> (states a rule applies in, what the line looks like, state after it); "" is outside of any trace.

What fluent-plugin-detect-exceptions joins of the traces in our samples; the real plugin is run against the same ones.
"""


def events(lines: Iterable[Line], form: LogFormat) -> Iterator[Line]:
    """Events; JSON objects are whole and pass by, the texts between them are joined as if they were not there."""
    every = list(lines)
    yield from (line for line in every if is_object(line.text))
    texts = (line for line in every if not is_object(line.text))
    if form.join:
        yield from _by_rule(texts, form.join)
    elif form.languages:
        yield from _by_trace(texts, form.languages)
    else:
        yield from texts


def is_object(text: str) -> bool:
    """Whether a line looks like a JSON object, which never is part of a longer event."""
    return text.startswith("{\"")


def _by_rule(lines: Iterable[Line], join: Join) -> Iterator[Line]:
    start, follow = (re.compile(python(text), re.MULTILINE | re.ASCII) for text in (join.start, join.follow))
    open_: dict[str, Line] = {}
    for line in lines:
        begun = open_.get(line.stream)
        if start.search(line.text):
            if begun:
                yield begun
            open_[line.stream] = line
        elif begun and follow.search(line.text):
            open_[line.stream] = _with(begun, line)
        else:
            if begun:
                yield open_.pop(line.stream)
            yield line
    yield from open_.values()


@dataclass(slots=True)
class _Trace:
    """The state machine of one stream."""

    rules: tuple[tuple[str, re.Pattern[str], str], ...]
    state: str = ""

    def step(self, text: str) -> tuple[bool, bool]:
        """Whether the line belongs to the trace before it, and whether a trace is open behind it."""
        inside = self._move(text) if self.state else False
        if not inside:
            self.state = ""
            self._move(text)
        return inside, bool(self.state)

    def _move(self, text: str) -> bool:
        for states, shape, after in self.rules:
            if self.state in (states.split() or [""]) and shape.search(text):
                self.state = after
                return True
        return False


def _by_trace(lines: Iterable[Line], languages: tuple[str, ...]) -> Iterator[Line]:
    known = [rule for language in languages for rule in TRACES["java" if language == "js" else language]]
    rules = tuple((states, re.compile(shape, re.ASCII), after) for states, shape, after in dict.fromkeys(known))
    machines: dict[str, _Trace] = {}
    open_: dict[str, Line] = {}
    for line in lines:
        inside, goes_on = machines.setdefault(line.stream, _Trace(rules)).step(line.text)
        begun = open_.pop(line.stream, None)
        if begun and inside:
            line = _with(begun, line)
        elif begun:
            yield begun
        if goes_on:
            open_[line.stream] = line
        else:
            yield line
    yield from open_.values()


def _with(begun: Line, line: Line) -> Line:
    return replace(begun, text=f"{begun.text}\n{line.text}")
