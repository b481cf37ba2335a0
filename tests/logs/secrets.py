"""Planted secrets, read from secrets.tsv."""

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("secrets.tsv")


@dataclass(frozen=True, slots=True)
class Plant:
    """One line of one format with one secret in it; `@@` stands where the secret is."""

    form: str
    secret: str
    line: str

    @property
    def text(self) -> str:
        """The line as it is written."""
        return self.line.replace("@@", self.secret)


PLANTS = tuple(
    Plant(*entry.split("\t", 2))
    for entry in FILE.read_text(encoding="utf-8").splitlines()
    if entry and not entry.startswith("#")
)
