"""PromQL as people read it: a long single line is broken before its loosest operators; what has lines keeps them."""

import re

WIDTH = 110
_LEVELS = (r" or ", r" (?:and|unless) ", r" (?:[<>]=?|[=!]=) ", r" [+-] ", r" [*/] ")
"""Binary operators, loosest first (Prometheus documentation, operator precedence)."""


def laid_out(expr: str) -> str:
    """The same expression, on lines of at most WIDTH characters where an operator allows it."""
    text = expr.strip()
    return text if "\n" in text else "\n".join(_lines(text))


def _lines(line: str) -> list[str]:
    cuts = _cuts(line) if len(line) > WIDTH else []
    if not cuts:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()))
    first, *rest = [line[a:b].strip() for a, b in zip([0, *cuts], [*cuts, len(line)], strict=True)]
    return [*_lines(indent + first), *(further for piece in rest for further in _lines(f"{indent}  {piece}"))]


def _cuts(line: str) -> list[int]:
    """Places of the loosest operators outside all brackets; none if there is no operator there."""
    depths = _depths(line)
    start = len(line) - len(line.lstrip())
    for level in _LEVELS:
        found = [m.start() for m in re.finditer(level, line) if m.start() > start and depths[m.start()] == 0]
        if found:
            return found
    return []


def _depths(line: str) -> list[int | None]:
    """For each character how many brackets are open before it; None inside a string or label matchers."""
    found: list[int | None] = []
    depth, quote, braces = 0, "", 0
    for position, char in enumerate(line):
        found.append(None if quote or braces else depth)
        if quote:
            quote = "" if char == quote and line[position - 1] != "\\" else quote
        elif char in "\"'`":
            quote = char
        else:
            depth += (char in "([") - (char in ")]")
            braces += (char == "{") - (char == "}")
    return found
