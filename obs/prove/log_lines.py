"""Files of container runtimes, as the pipeline reads them: lines of containerd or docker, parts joined per stream."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

CRI = re.compile(r"^([^ ]+) (stdout|stderr) ([FP])[^ ]* (.*)$", re.DOTALL)
"""containerd and CRI-O: time, stream, full or partial, text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of a container: `time` as the runtime wrote it, with nanoseconds and zone."""

    time: str
    stream: str
    text: str
    whole: bool = True
    """False for a part whose rest is in the lines that follow."""


def read(raw: Iterable[str]) -> Iterator[Line]:
    """Lines of a container's log file. What is neither containerd's nor docker's stays as it is, without a time."""
    for text in raw:
        yield _cri(text) or _docker(text) or Line(time="", stream="", text=text)


def joined(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines with their parts put together, streams apart. A part whose rest never comes stands for itself."""
    open_: dict[str, Line] = {}
    for line in lines:
        begun = open_.pop(line.stream, None)
        whole = replace(begun, text=begun.text + line.text, whole=line.whole) if begun else line
        if whole.whole:
            yield whole
        else:
            open_[line.stream] = whole
    yield from (replace(line, whole=True) for line in open_.values())


def _cri(text: str) -> Line | None:
    found = CRI.match(text)
    if not found:
        return None
    time, stream, flag, said = found.groups()
    return Line(time=time, stream=stream, text=said, whole=flag == "F")


def _docker(text: str) -> Line | None:
    """json-file: one object per line; a text without a line break at its end goes on (docker cuts at 16 KiB)."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    if not isinstance(said, dict) or not isinstance(said.get("log"), str):
        return None
    log: str = said["log"]
    return Line(
        time=str(said.get("time", "")),
        stream=str(said.get("stream", "")),
        text=log.removesuffix("\n").removesuffix("\r") if log.endswith("\n") else log,
        whole=log.endswith("\n"),
    )
