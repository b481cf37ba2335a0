"""Pages of the Prometheus text format (0.0.4) and of OpenMetrics, from the tracks of a play."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from obs.model.metric import Metric
from obs.render.play import Track


def page(tracks: Iterable[Track], moment: float) -> str:
    """What one target exposes at a moment of the play: HELP and TYPE once per family, then its series."""
    lines: list[str] = []
    ordered = sorted(tracks, key=lambda t: (t.metric.name, t.name, t.labels))
    for _, family in groupby(ordered, key=lambda t: t.metric.name):
        together = tuple(family)
        shown = [line for track in together if (line := _line(track, moment))]
        if shown:
            lines += [*_header(together[0].metric), *shown]
    return "\n".join(lines) + "\n"


def _header(metric: Metric) -> tuple[str, str]:
    help_text = metric.help.replace("\\", "\\\\").replace("\n", "\\n")
    return f"# HELP {metric.name} {help_text}", f"# TYPE {metric.name} {metric.type}"


def _line(track: Track, moment: float) -> str:
    value = track.at(moment)
    if value is None:
        return ""
    labels = {name: _bound(text) if name == "le" else text for name, text in track.own}
    return f"{_series(track.name, labels)} {value!r}"


def _bound(le: str) -> str:
    """A bucket bound as most clients write it: 25, not 25.0."""
    return le.removesuffix(".0")


def _series(name: str, labels: dict[str, str]) -> str:
    inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{inside}}}" if inside else name


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def history(tracks: Iterable[Track], epoch: float, moments: tuple[float, ...]) -> Iterator[str]:
    """The same series at many moments as OpenMetrics lines with timestamps, for `promtool tsdb create-blocks-from`.

    All families are typed unknown there: names of real exporters need not end as OpenMetrics wants counters to end.
    """
    for name, family in groupby(sorted(tracks, key=lambda t: (t.name, t.labels)), key=lambda t: t.name):
        yield f"# TYPE {name} unknown\n"
        for track in family:
            series = _series(name, dict(track.labels))
            for moment in moments:
                if (value := track.at(moment)) is not None:
                    yield f"{series} {value!r} {epoch + moment:.3f}\n"
    yield "# EOF\n"
