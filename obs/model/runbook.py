"""Runbooks: one section per alert, with the four parts a person needs at 3 a.m."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """The runbook of one alert, each part in Markdown."""

    alert: str
    meaning: str
    impact: str
    diagnosis: str
    mitigation: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Runbook:
    """All sections of one component, by alert name."""

    component: str
    intro: str = ""
    sections: dict[str, Section] = field(default_factory=dict)
