"""What a check or the spec reader has to say."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Finding:
    """One broken promise: where, which rule, what is wrong, what to do."""

    place: str
    rule: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}; {self.fix} [{self.rule}]"
