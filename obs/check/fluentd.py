"""Promises about the log pipeline: every parameter exists and fits, labels resolve, the known traps are avoided."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from obs.check.fluentd_filters import FILTERS
from obs.check.fluentd_inputs import INPUTS
from obs.check.fluentd_outputs import OUTPUTS
from obs.check.fluentd_sections import EVERY_PLUGIN, OUTPUT, SHARED, SYSTEM, TYPES
from obs.check.fluentd_text import Element, Said, Unreadable, parse
from obs.model.bundle import Bundle
from obs.model.finding import Finding

RULE = "fluentd-parameters"
PLUGINS: Mapping[str, Mapping[str, str]] = {"source": INPUTS, "filter": FILTERS, "match": OUTPUTS, "store": OUTPUTS}
OWN = "extra.conf"
"""The file that repeats the user's filters, which are judged where the user wrote them."""
LABELS = ("@label", "label", "timeout_label", "documents")
"""Parameters whose value is a label."""


class Known(NamedTuple):
    """A parameter as its plugin declares it; `default` "" is required."""

    name: str
    type: str
    default: str


class Place(NamedTuple):
    """A file, and the line its text begins behind."""

    file: str
    before: int

    def at(self, line: int) -> str:
        """Where a line of the text stands."""
        return f"{self.file}:{self.before + line}"


def fluentd_parameters(bundle: Bundle) -> Iterator[Finding]:
    """Every parameter, of the user's own filters as well, is one of its plugin and has a value that fits."""
    for path, text in bundle.artifacts.items():
        if path.startswith("fluentd/") and path.endswith(".conf") and not path.endswith(f"/{OWN}"):
            yield from configuration(text, Place(path, 0))
    logging = bundle.plan.platform.logging
    for extra in logging.filters if logging else ():
        place = Place(extra.file, extra.line)
        yield from _only_filters(extra.text, place)
        yield from configuration(extra.text, place)


def _only_filters(text: str, place: Place) -> Iterator[Finding]:
    """A <match> of the user's would swallow the lines, a <source> would bring some that nobody redacted."""
    try:
        root = parse(text)
    except Unreadable:
        return  # told by the other check
    for element in root.inner:
        if element.name != "filter":
            what = f"<{element.name}> may not stand here"
            yield _finding(place, element.line, what, "write <filter> sections only")


def fluentd_labels(bundle: Bundle) -> Iterator[Finding]:
    """Every label events are sent to is one of the same Fluentd."""
    folders: dict[str, dict[str, str]] = {}
    for path, text in bundle.artifacts.items():
        if path.startswith("fluentd/") and path.endswith(".conf"):
            folders.setdefault(path.rpartition("/")[0], {})[path] = text
    for texts in folders.values():
        try:
            files = [(path, parse(text)) for path, text in texts.items()]
        except Unreadable:
            continue  # told by the other check, and the missing file may hold any label
        known = {e.argument for _, root in files for e in root.walk() if e.name == "label"}
        for path, root in files:
            for element in root.walk():
                for said in element.said:
                    if said.name in LABELS and said.value not in known:
                        what, fix = f"no label {said.value}", _near(said.value, known, "label")
                        yield Finding(place=f"{path}:{said.line}", rule="fluentd-labels", what=what, fix=fix)


def configuration(text: str, place: Place) -> Iterator[Finding]:
    """What is wrong with one file."""
    try:
        root = parse(text)
    except Unreadable as error:
        yield Finding(place=place.at(error.line), rule=RULE, what=str(error), fix="close each section you open")
        return
    for element in root.inner:
        yield from _top(element, place)


def _top(element: Element, place: Place) -> Iterator[Finding]:
    if element.name in ("label", "worker"):
        for inner in element.inner:
            yield from _top(inner, place)
    elif element.name == "system":
        yield from _parameters(element, _table(SYSTEM)[""], place, "<system>")
    elif element.name in PLUGINS:
        yield from _plugin(element, place)
    else:
        yield _finding(place, element.line, f"no section <{element.name}>", _near(element.name, PLUGINS, "section"))


def _plugin(element: Element, place: Place) -> Iterator[Finding]:
    known, name = PLUGINS[element.name], element.value("@type")
    if name not in known:
        what = f"no plugin {name or 'named'} in the image" if name else "names no @type"
        yield _finding(place, element.line, what, _near(name, known, "plugin"))
        return
    output = OUTPUT if element.name in ("match", "store") else ""
    own = _table(EVERY_PLUGIN + output + known[name])
    yield from _section(element, own, "", place, name)


def _section(
    element: Element, table: Mapping[str, tuple[Known, ...]], path: str, place: Place, plugin: str
) -> Iterator[Finding]:
    yield from _parameters(element, table.get(path, ()), place, plugin)
    for inner in element.inner:
        below = f"{path}.{inner.name}" if path else inner.name
        if inner.name in ("store", "secondary"):
            yield from _plugin(Element("store", "", inner.line, inner.said, inner.inner), place)
        elif below in table and inner.name not in SHARED:
            yield from _section(inner, table, below, place, f"{plugin} <{inner.name}>")
        elif inner.name in SHARED:
            shared = _table(("" if inner.name in ("record", "labels") else _TYPED) + SHARED[inner.name])
            yield from _section(inner, shared, "", place, f"<{inner.name}>")
        else:
            names = {name.split(".")[-1] for name in table} | set(SHARED)
            yield _finding(place, inner.line, f"{plugin} has no <{inner.name}>", _near(inner.name, names, "section"))


_TYPED = """
        @type string -
        @id string -
"""


def _parameters(element: Element, known: tuple[Known, ...], place: Place, plugin: str) -> Iterator[Finding]:
    by_name = {one.name: one for one in known}
    for said in element.said:
        one = by_name.get(said.name) or by_name.get("*")
        if one is None:
            what = f"{plugin} has no parameter {said.name}"
            yield _finding(place, said.line, what, _near(said.name, by_name, "parameter"))
        elif wrong := _unfit(one, said):
            yield _finding(place, said.line, f"{said.name} must be {wrong[0]}, is {said.value[:40]}", wrong[1])
    for one in known:
        if not one.default and one.name not in {said.name for said in element.said}:
            yield _finding(place, element.line, f"{plugin} needs {one.name}", f"add {one.name}")


def _unfit(one: Known, said: Said) -> tuple[str, str] | None:
    """What the value must be and what to write; None when it fits, or is known only when Fluentd starts."""
    if said.value.startswith("#{"):
        return None
    if one.type.startswith("enum("):
        values = one.type[5:-1].split("|")
        return None if said.value in values else (f"one of {', '.join(values)}", _near(said.value, values, "value"))
    words, fits = TYPES[one.type]
    return None if fits(said.value) else (words, f"write {words}")


@cache
def _table(text: str) -> dict[str, tuple[Known, ...]]:
    """Section path -> its parameters; "" is the plugin itself."""
    found: dict[str, list[Known]] = {"": []}
    path = ""
    for line in text.split("\n"):
        said = line.strip()
        if said.startswith("<"):
            path = said.strip("<>")
            found.setdefault(path, [])
        elif said:
            name, kind, *default = said.split()
            found[path].append(Known(name, kind, " ".join(default)))
    return {path: tuple(known) for path, known in found.items()}


def _near(name: str, known: Mapping[str, object] | set[str] | list[str], noun: str) -> str:
    near = get_close_matches(name, [k for k in known if k != "*"], n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else f"name a {noun} that exists"


def _finding(place: Place, line: int, what: str, fix: str) -> Finding:
    return Finding(place=place.at(line), rule=RULE, what=what, fix=fix)
