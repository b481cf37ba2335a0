"""Fluentd's configuration language, read back: sections and parameters with their lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Said:
    """A parameter as it is written."""

    name: str
    value: str
    line: int


@dataclass(slots=True)
class Element:
    """A section as it is written; `line` is that of its begin."""

    name: str
    argument: str
    line: int
    said: list[Said] = field(default_factory=list)
    inner: list["Element"] = field(default_factory=list)

    def value(self, name: str) -> str:
        """The value of a parameter, "" when it is not given."""
        return next((one.value for one in self.said if one.name == name), "")

    def walk(self) -> Iterator["Element"]:
        """This section and every one within it."""
        yield self
        for element in self.inner:
            yield from element.walk()


class Unreadable(ValueError):
    """What is no configuration: (line, what is wrong)."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def parse(text: str) -> Element:
    """The whole file as one section without a name; Unreadable when sections do not close as they open."""
    root = Element("", "", 0)
    open_ = [root]
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        if closing := re.fullmatch(r"</(\w+)>", said):
            if len(open_) == 1 or open_[-1].name != closing[1]:
                raise Unreadable(number, f"</{closing[1]}> closes nothing")
            open_.pop()
        elif opening := re.fullmatch(r"<(\w+)(?: +(.*?))?>(?:\s+#.*)?", said):
            element = Element(opening[1], opening[2] or "", number)
            open_[-1].inner.append(element)
            open_.append(element)
        else:
            name, _, rest = said.partition(" ")
            open_[-1].said.append(Said(name, _value(rest.strip()), number))
    if len(open_) > 1:
        raise Unreadable(open_[-1].line, f"<{open_[-1].name}> is never closed")
    return root


def _value(text: str) -> str:
    """The value without quotes or a comment behind it."""
    if text.startswith("'") and (end := re.match(r"'((?:[^'\\]|\\.)*)'", text)):
        return end[1].replace("\\'", "'").replace("\\\\", "\\")
    if text.startswith('"') and (end := re.match(r'"((?:[^"\\]|\\.)*)"', text)):
        return end[1]
    return re.sub(r"\s+#.*", "", text)
