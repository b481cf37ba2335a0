"""The two text formats, line by line. The bytes are those of `prometheus_client`, held by a test."""

from collections.abc import Iterator, Sequence
from enum import Enum

from obs_exporter.row import Row

Labels = tuple[str, ...]
"""The values of a sample's labels, in the order of its row."""


class Format(Enum):
    """The two text formats; the value is the content type."""

    TEXT = "text/plain; version=0.0.4; charset=utf-8"
    OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class Fragments(dict[Labels, str]):
    """Label values -> `{queue="q",vhost="/"}`, each made once however many families carry it; sorted by name."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        order = sorted(range(len(names)), key=names.__getitem__)
        self._places = [(index, f'{names[index]}="') for index in order]

    def __missing__(self, values: Labels) -> str:
        inner = '",'.join([f"{name}{escaped(values[index])}" for index, name in self._places])
        fragment = self[values] = f'{{{inner}"}}' if inner else ""
        return fragment


class Numbers(dict[float, str]):
    """Value -> its text: counts repeat, and printing a float takes longer than finding it. -0.0 is written as 0.0."""

    def __missing__(self, value: float) -> str:
        text = self[value] = number(value + 0.0)
        return text


def head(row: Row, form: Format) -> str:
    """HELP and TYPE, and in OpenMetrics UNIT; a counter's family has no `_total` there."""
    if form is Format.TEXT:
        told = row.help.replace("\\", "\\\\").replace("\n", "\\n")
        return f"# HELP {row.name} {told}\n# TYPE {row.name} {row.type}\n"
    family = row.name.removesuffix("_total") if row.type == "counter" else row.name
    unit = f"# UNIT {family} {row.unit}\n" if row.unit else ""
    return f"# HELP {family} {escaped(row.help)}\n# TYPE {family} {row.type}\n{unit}"


def histogram_lines(row: Row, labels: Labels, counts: Sequence[int], total: float) -> Iterator[str]:
    """Cumulative buckets, the count and the sum of one label set."""
    own, seen = Fragments(row.labels)[labels], 0
    buckets = Fragments((*row.labels, "le"))
    for bound, count in zip((*row.buckets, float("inf")), counts, strict=True):
        seen += count
        yield f"{row.name}_bucket{buckets[*labels, number(bound)]} {number(seen)}\n"
    yield f"{row.name}_count{own} {number(seen)}\n"
    yield f"{row.name}_sum{own} {number(total)}\n"


def escaped(value: str) -> str:
    """A label's value, or OpenMetrics' help, as it stands between quotes."""
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def number(value: float) -> str:
    """A number as Go prints it: `1.0`, `+Inf`, and from a million on `1e+06`."""
    text = repr(float(value))
    dot = text.find(".")
    if dot > 6 and value > 0:
        mantissa = f"{text[0]}.{text[1:dot]}{text[dot + 1 :]}".rstrip("0.")
        return f"{mantissa}e+{dot - 1:02d}"
    return {"inf": "+Inf", "-inf": "-Inf"}.get(text, text) if "n" in text else text
