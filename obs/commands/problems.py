"""The user's mistakes, on their way to the command line: in a module of its own, which is light to read."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.model.finding import Finding


class Problems(Exception):
    """The user's spec or content is at fault: the lines to print before exit code 1, and the findings they tell."""

    def __init__(self, lines: Iterable[str], findings: "Iterable[Finding]" = ()) -> None:
        self.lines = tuple(lines)
        self.findings = tuple(findings)
        super().__init__("\n".join(self.lines))
