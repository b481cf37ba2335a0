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
        self._names = names

    def __missing__(self, values: Labels) -> str:
        fragment = self[values] = braced(pairs(self._names, values))
        return fragment


def pairs(names: tuple[str, ...], values: Labels) -> list[str]:
    """`name="value"` of each label, by name."""
    return [f'{name}="{escaped(value)}"' for name, value in sorted(zip(names, values, strict=True))]


def braced(pairs: Sequence[str]) -> str:
    """The pairs as they follow a metric's name."""
    return f"{{{','.join(pairs)}}}" if pairs else ""


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
    own, seen = braced(pairs(row.labels, labels)), 0
    for bound, count in zip((*row.buckets, float("inf")), counts, strict=True):
        seen += count
        bucket = braced(pairs((*row.labels, "le"), (*labels, number(bound))))
        yield f"{row.name}_bucket{bucket} {number(seen)}\n"
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
