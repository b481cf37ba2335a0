"""What verbs share: reading a spec, building its bundle, saying what is wrong."""

from collections.abc import Sequence
from pathlib import Path

import click

from obs import library
from obs.commands import beside
from obs.commands.problems import Problems
from obs.model.bundle import Bundle
from obs.model.finding import Finding
from obs.model.plan import Library, Plan
from obs.model.platform import Platform
from obs.resolve import resolve
from obs.spec import SpecError, load
from obs.spec.faults import FaultsError

SPEC = "examples/opendax.yaml"

environment_option = click.option(
    "-e", "--environment", default="", metavar="NAME", help="Lay this environment of the spec over its base."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")


def platform_of(spec: Path, environment: str = "") -> Platform:
    """The platform a spec file describes; Problems lists every mistake in it."""
    try:
        return load(spec, library.components(), environment=environment)
    except SpecError as error:
        raise Problems(said(error.findings), error.findings) from None


def knowledge() -> Library:
    """The whole catalogue; Problems when one of its files is broken."""
    try:
        return library.load()
    except FaultsError as error:
        raise Problems(said(error.findings), error.findings) from None


def bundle_of(spec: Path, environment: str = "") -> Bundle:
    """The bundle of a spec, unchecked."""
    return beside.render(plan_of(spec, environment))


def checked_bundle_of(spec: Path, environment: str = "") -> tuple[Bundle, list[Finding]]:
    """The bundle of a spec and what its checks found."""
    return beside.checked(plan_of(spec, environment))


def plan_of(spec: Path, environment: str = "") -> Plan:
    """The resolved platform of a spec, mixins included."""
    platform = platform_of(spec, environment)
    plan = resolve(platform, knowledge())
    return _with_mixins(plan, spec.parent) if platform.mixins else plan


def _with_mixins(plan: Plan, folder: Path) -> Plan:
    """Few platforms have mixins: the door to jsonnet is read for those that do."""
    from obs.mixin import MixinError, add_mixins

    try:
        return add_mixins(plan, folder)
    except MixinError as error:
        raise Problems(said(error.findings), error.findings) from None


def said(findings: Sequence[Finding]) -> list[str]:
    """Findings as lines, and how many there are when more than one."""
    lines = [str(f) for f in findings]
    return lines if len(lines) < 2 else [*lines, f"{len(lines)} problems, nothing was written"]
