"""What the spec reader has to say, and the words it says it in."""

import difflib
import re
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nsmallest

from obs.model.finding import Finding
from obs.model.platform import Place
from obs.spec.yaml_node import Node, YamlProblem

_SECRET = re.compile(r"://[^/\s]+/\S*[^/\s]{6}|://[^/\s]*@|xox[a-z]-|(?=[a-fA-F]*[0-9])[0-9a-fA-F]{32}")
"""Text that may well be a webhook URL or a token, wherever it stands."""


class SpecError(Exception):
    """A spec that cannot be built: every mistake in it, in the order of its lines."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = list(findings)
        super().__init__("\n".join(f"{finding.place}: {finding.what}; {finding.fix}" for finding in self.findings))


NEIGHBOURS = 500
LIMIT = 500
"""Mistakes that are told at once; a file with more is no spec."""


@dataclass(slots=True)
class Problems:
    """Collects what is wrong; the same thing said twice (once per environment) counts once."""

    said: dict[tuple[int, int, str], Finding] = field(default_factory=dict)

    def say(self, place: Place, path: str, what: str, fix: str) -> None:
        """Note one mistake. `path` is where it stands in the spec, "" for the file as a whole."""
        told = printable(f"{path}: {what}" if path else what)
        finding = Finding(place=str(place), rule="spec", what=told, fix=printable(fix))
        self.said.setdefault((place.line, place.column, told), finding)
        if len(self.said) >= LIMIT:
            raise Enough

    def add(self, problem: YamlProblem) -> None:
        """Note what the YAML reader found."""
        self.say(problem.place, "", problem.what, problem.fix)

    def findings(self) -> list[Finding]:
        """Everything noted, by line."""
        return [self.said[key] for key in sorted(self.said)]


class Enough(Exception):
    """So much is wrong that reading on helps nobody."""


def printable(text: str) -> str:
    """The text with control characters escaped, so that no spec can steer a terminal or break a line."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def short(text: str, limit: int = 60) -> str:
    """The text in quotes on one line, cut to a length that fits a message; nothing of what may be a secret."""
    if _SECRET.search(text[:1000]):
        return '"…"'
    line = printable(text[: limit + 1])
    return f'"{line}"' if len(line) <= limit else f'"{line[:limit]}…"'


def described(node: Node, *, secret: bool = False) -> str:
    """What a node is, in words; texts that may be secrets are not repeated."""
    if node.kind != "scalar":
        return "a mapping" if node.kind == "mapping" else "a list"
    if isinstance(node.data, bool):
        return f"the boolean {node.text}"
    if isinstance(node.data, int | float):
        return f"the number {node.text[:30]}"
    return "text" if secret or _SECRET.search(node.text[:1000]) else f"the text {short(node.text)}"


def below(path: str, key: str) -> str:
    """The path of a key inside a mapping."""
    return f"{path}.{key}" if path else key


@lru_cache(maxsize=256)
def _folded(names: frozenset[str]) -> tuple[list[str], dict[str, str]]:
    """Names as they are compared, sorted, with what each stands for: case, dashes and underscores do not matter."""
    folded = {_fold(name): name for name in sorted(names, reverse=True)}
    return sorted(folded), folded


def _fold(name: str) -> str:
    return name[:100].lower().replace("_", "").replace("-", "")


def nearest(text: str, names: Iterable[str]) -> str:
    """The name that was probably meant, "" if none is near. Of very many names only alphabetical neighbours count."""
    wanted = _fold(text)
    ordered, meant = _folded(frozenset(names))
    middle = bisect(ordered, wanted)
    around = ordered[max(0, middle - NEIGHBOURS) : middle + NEIGHBOURS]
    found = difflib.get_close_matches(wanted, around, n=1, cutoff=0.7)
    found = found or [name for name in around if len(wanted) > 2 and name.startswith(wanted)]
    return meant[found[0]] if found else ""


def suggestion(text: str, names: Iterable[str], noun: str) -> str:
    """What to write instead of a name that does not exist."""
    known = frozenset(names)
    if near := nearest(text, known):
        return f'did you mean "{near}"?'
    if not known:
        return f"there is no {noun} to name"
    listed = ", ".join(nsmallest(12, known)) + (", …" if len(known) > 12 else "")
    return f"there {'are' if len(known) > 1 else 'is only'}: {listed}"
