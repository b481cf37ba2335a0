"""Regular expressions that Ruby's Onigmo and Python's `re` read alike: what differs is named, with what to write."""

import re

DIFFERENT = (
    (r"\\[ZGhHRXK]", "\\Z, \\G, \\h, \\H, \\R, \\X and \\K mean something else, or nothing, in Python"),
    (r"\\[pP]\{", "\\p{…} is unknown to Python: list the letters"),
    (r"\(\?P", "(?P<name>…) is unknown to Ruby: write (?<name>…)"),
    (r"\(\?\(", "conditions (?(1)…) differ"),
    (r"\(\?~", "the absence operator (?~…) is unknown to Python"),
    (r"\[\[:", "[[:classes:]] are unknown to Python: list the letters"),
    (r"\\[gk]<", "\\g<…> and \\k<…> differ: write the group again"),
    (r"(?<!\\)\[[^\]]*&&", "&& intersects classes in Ruby only"),
    (r"\(\?[a-z]*[msx][a-z]*[:)]", "the flags m, s and x differ: write what they stand for"),
    (r"\(\?[a-zA-Z-]+\)", "flags without a group differ: write (?i:…)"),
    (r"[*+?}]\+", "possessive repeats differ between versions: write a class that cannot match what follows"),
    (r"\(\?>", "atomic groups differ between versions: write a class that cannot match what follows"),
)
"""What to look for, and why it is not shared."""


def differences(expression: str) -> list[str]:
    """Why Ruby and Python would read the expression differently; [] when they would not."""
    plain = _plain(expression)
    said = [why for pattern, why in DIFFERENT if re.search(pattern, plain)]
    outside = re.sub(r"\[[^\]]*\]", "", plain)
    names = re.findall(r"\(\?<(?![=!])(.*?)>", expression)
    if any(not re.fullmatch("[a-z_][a-z0-9_]*", name) for name in names):
        said.append("names of groups are of a-z, 0-9 and _")
    if re.search(r"\$(?!$|\)|\|)", outside):
        said.append("$ within an expression is the end of a line in Ruby: leave it out")
    if names and re.search(r"\((?!\?)", outside):
        said.append("Ruby forgets plain groups beside named ones: write (?:…)")
    return said or _broken(expression)


def _broken(expression: str) -> list[str]:
    try:
        re.compile(python(expression))
    except re.error as error:
        return [f"Python does not read it: {error.msg}"]
    return []


def python(expression: str) -> str:
    """The expression as Python's `re` writes it: named groups have a P, every ^ and $ is that of a line."""
    return re.sub(r"\(\?<(?![=!])", "(?P<", expression)


def _plain(expression: str) -> str:
    """Without escaped backslashes and escaped brackets, which look like constructs and are none."""
    return re.sub(r"\\[\\()\[\]{}+*?.|/\"'^$-]", "_", expression)
