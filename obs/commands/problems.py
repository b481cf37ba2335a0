"""The user's mistakes, on their way to the command line: in a module of its own, which is light to read."""

from collections.abc import Iterable


class Problems(Exception):
    """The user's spec or content is at fault: the lines to print before exit code 1."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))
