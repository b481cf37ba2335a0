"""Lines in x as people write them: 100*x, x/2, 5*x + 1, 1 - x."""

import re

from obs.model.fault import Line

_NUMBER = r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_TERM = re.compile(
    rf"\s*(?P<sign>[-+]?)\s*"
    rf"(?:(?:(?P<before>{_NUMBER})\s*\*\s*)?x(?:\s*(?P<op>[*/])\s*(?P<after>{_NUMBER}))?|(?P<plain>{_NUMBER})(?:\s*/\s*(?P<over>{_NUMBER}))?)\s*"
)


def line(text: str) -> Line:
    """The line a text describes; ValueError when it is none."""
    base = slope = 0.0
    position = 0
    while position < len(text) or not position:
        term = _TERM.match(text, position)
        if term is None or (position and not term["sign"]):
            raise ValueError(f'"{text}" is not a line in x')
        sign = -1.0 if term["sign"] == "-" else 1.0
        if term["plain"]:
            base += sign * float(term["plain"]) / float(term["over"] or 1)
        else:
            slope += sign * _factor(term)
        position = term.end()
    return Line(base=base, slope=slope)


def _factor(term: re.Match[str]) -> float:
    factor = float(term["before"] or 1)
    after = float(term["after"] or 1)
    return factor / after if term["op"] == "/" else factor * after
