"""One generated file."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Artifact:
    """A file of the bundle: POSIX path relative to the output folder, and its whole text (ends with a newline)."""

    path: str
    text: str
