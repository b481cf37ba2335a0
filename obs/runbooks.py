"""runbook.md -> Runbook: one `## AlertName` per alert, each with Meaning, Impact, Diagnosis and Mitigation."""

import re

from obs.model.runbook import Runbook, Section

PARTS = ("Meaning", "Impact", "Diagnosis", "Mitigation")


def read_runbook(text: str, component: str) -> Runbook:
    """The sections of a runbook; parts that are missing are "" (a check names them)."""
    intro, *chapters = re.split(r"^## ", text, flags=re.MULTILINE)
    sections = [_section(chapter) for chapter in chapters]
    prose = re.sub(r"^# .*\n", "", intro).strip()
    return Runbook(component=component, intro=prose, sections={s.alert: s for s in sections})


def _section(chapter: str) -> Section:
    name, _, body = chapter.partition("\n")
    _, *pieces = re.split(r"^### ", body, flags=re.MULTILINE)
    parts = {title.strip(): prose.strip() for title, _, prose in (p.partition("\n") for p in pieces)}
    meaning, impact, diagnosis, mitigation = (parts.get(part, "") for part in PARTS)
    return Section(alert=name.strip(), meaning=meaning, impact=impact, diagnosis=diagnosis, mitigation=mitigation)
