"""The bundle: a resolved platform and the files rendered from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from obs.model.plan import Plan


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Bundle:
    """What checks judge and what gets published: `artifacts` maps path to text, sorted by path.

    Compared by identity, so that what several checks ask of it can be kept.
    """

    plan: Plan
    artifacts: Mapping[str, str]
