"""Pages of metrics as families (name, type, labels), and as text that is kept so that versions can be compared."""

import re
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from obs.model.metric import Metric


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """One family of a page."""

    kind: str
    labels: frozenset[str]


def page_at(port: int, path: str = "/metrics") -> str:
    """What a program on loopback tells now."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return str(answer.read().decode())


def page_with(page: Callable[[], str], names: Sequence[str], *, seconds: float = 30) -> str:
    """The page once it has series of these names, or when time is up."""
    deadline = time.monotonic() + seconds
    while not all(f"\n{name}{{" in (found := page()) for name in names) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def families(page: str, *, own: tuple[str, ...], without: frozenset[str] = frozenset()) -> dict[str, Family]:
    """Families by name that begin with one of `own`, without some labels; those without a series are none."""
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", page, flags=re.MULTILINE))
    labels: dict[str, set[str]] = {}
    for name, inside in re.findall(r"^(\w+)(?:\{(.*)\})? \S+(?: \d+)?$", page, flags=re.MULTILINE):
        base = next((n for n in (name, re.sub(r"_(sum|count|bucket)$", "", name)) if n in kinds), name)
        labels.setdefault(base, set()).update(re.findall(r'(\w+)="', inside))
    found = {name: told for name, told in labels.items() if name.startswith(own)}
    return {n: Family(kind=kinds.get(n, "untyped"), labels=frozenset(found[n] - without)) for n in sorted(found)}


def different(metric: Metric, page: Mapping[str, Family], *, kind: str = "") -> str:
    """What a page says differently from a declaration; "" when they agree. `kind` is a type it may give instead."""
    found = page.get(metric.name)
    if found is None:
        return f"no {metric.name}"
    agree = found.kind in (metric.type, kind) and found.labels >= set(metric.labels)
    return "" if agree else f"{metric.name}: {found.kind} {sorted(found.labels)}"


def recorded(file: Path) -> Mapping[str, Mapping[str, Family]]:
    """Title of each page that was kept -> its families."""
    pages: dict[str, dict[str, Family]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            page = pages.setdefault(line.removeprefix("## "), {})
        elif line and not line.startswith("#"):
            name, kind, labels = (*line.split(" "), "")[:3]
            page[name] = Family(kind=kind, labels=frozenset(labels.split(",")) - {""})
    return pages


def record(file: Path, pages: Iterable[tuple[str, Mapping[str, Family]]], *, module: str) -> None:
    """Write pages as `recorded` reads them; `module` is the command that wrote them."""
    lines = [f"# Written by `python -m {module}`: family, type, labels.", ""]
    for title, page in pages:
        lines += [f"## {title}", *_lines(page), ""]
    file.write_text("\n".join(lines), encoding="utf-8")


def _lines(page: Mapping[str, Family]) -> Iterator[str]:
    for name, family in page.items():
        yield " ".join([name, family.kind, ",".join(sorted(family.labels))]).strip()
