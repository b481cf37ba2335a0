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
    """Label values -> `{vhost="/",queue="q"}`, each made once however many families carry it."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, values: Labels) -> str:
        pairs = ",".join(f'{name}="{escaped(value)}"' for name, value in zip(self._names, values, strict=True))
        fragment = self[values] = f"{{{pairs}}}" if pairs else ""
        return fragment


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
    pairs = "".join(f'{name}="{escaped(value)}",' for name, value in zip(row.labels, labels, strict=True))
    seen = 0
    for bound, count in zip((*row.buckets, float("inf")), counts, strict=True):
        seen += count
        yield f'{row.name}_bucket{{{pairs}le="{number(bound)}"}} {number(seen)}\n'
    fragment = f"{{{pairs.removesuffix(',')}}}" if pairs else ""
    yield f"{row.name}_count{fragment} {number(seen)}\n"
    yield f"{row.name}_sum{fragment} {number(total)}\n"


def escaped(value: str) -> str:
    """A label's value, or OpenMetrics' help, as it stands between quotes."""
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def number(value: float) -> str:
    """A number as Go prints it: `1.0`, `+Inf`, and from a million on `1e+06`."""
    text = repr(float(value))
    dot = text.find(".")
    if dot > 6 and value > 0:
        mantissa = f"{text[0]}.{text[1:dot]}{text[dot + 1 :]}".rstrip("0.")
        return f"{mantissa}e+0{dot - 1}"
    return {"inf": "+Inf", "-inf": "-Inf"}.get(text, text) if "n" in text else text
