"""`obs build` and `obs check`: render, check, write, and say so in a few lines."""

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import click

from obs.commands.common import checked_bundle_of, environment_option, json_option, said
from obs.commands.problems import Problems
from obs.model.bundle import Bundle
from obs.model.finding import Finding
from obs.model.platform import Links
from obs.model.routing import unheard
from obs.publish import files


@click.command(short_help="Render, check and write the bundle of a spec.")
@click.argument("spec", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the bundle."
)
@environment_option
@json_option
def build(spec: Path, out: Path, environment: str, as_json: bool) -> None:
    """Render the bundle of SPEC, check all of it, and write it to a folder.

    Nothing is written unless every check holds. Files an earlier build wrote and this one does not are removed.

    \b
    obs build examples/opendax.yaml --out .
    obs build platform.yaml --out build/staging --environment staging
    """
    started = time.perf_counter()
    made, findings = checked_bundle_of(spec, environment)
    if findings:
        raise Problems(said(findings))
    outcome = files.write(made.artifacts, out)
    facts = summary(made, findings=len(findings), started=started)
    volume, told, notes = _logging(made)
    written = {
        "added": len(outcome.added),
        "changed": len(outcome.changed),
        "removed": len(outcome.removed),
        "unchanged": outcome.unchanged,
    }
    if as_json:
        click.echo(json.dumps({**facts, **volume, "files": written}))
        return
    _say({**facts, **told}, made, notes)
    click.echo("files: " + ", ".join(f"{count} {word}" for word, count in written.items()) + f", in {out}")


@click.command(short_help="Render and check the bundle of a spec, write nothing.")
@click.argument("spec", type=click.Path(path_type=Path))
@environment_option
@json_option
def check(spec: Path, environment: str, as_json: bool) -> None:
    """Render the bundle of SPEC and run every check on it; write nothing.

    \b
    obs check platform.yaml
    obs check platform.yaml --json | jq .findings
    """
    started = time.perf_counter()
    try:
        made, findings = checked_bundle_of(spec, environment)
    except Problems as problems:
        if not as_json:
            raise
        click.echo(json.dumps({"findings": _rows(problems.findings)}))
        raise Problems(()) from None
    facts = summary(made, findings=len(findings), started=started)
    if as_json:
        click.echo(json.dumps({**facts, "findings": _rows(findings)}))
        if findings:
            raise Problems(())
        return
    if findings:
        raise Problems(said(findings))
    _say(facts, made, _logging(made)[2])


def _rows(findings: Iterable[Finding]) -> list[dict[str, str]]:
    return [{"place": f.place, "rule": f.rule, "what": f.what, "fix": f.fix} for f in findings]


def _logging(made: Bundle) -> tuple[dict[str, Any], dict[str, str], tuple[str, ...]]:
    """What the logging half will take: for programs, for people, and what is wrong with it; nothing without one."""
    from obs.render.log_volume import CROWDED, log_volume, spoken

    if made.plan.logs is None:
        return {}, {}, ()
    volume = log_volume(made.plan.logs)
    return {"logging": asdict(volume)}, spoken(volume), (CROWDED,) if volume.crowded else ()


def summary(made: Bundle, *, findings: int, started: float) -> dict[str, int | float | str]:
    """What the bundle holds, counted in its plan and its files; seconds since `started` (perf_counter)."""
    plan = made.plan
    rules = [r for part in plan.parts for g in part.groups for r in g.rules]
    rules += [r for groups in plan.extra_groups.values() for g in groups for r in g.rules]
    return {
        "platform": plan.platform.name,
        "components": len(plan.parts),
        "services": len(plan.platform.services),
        "dashboards": len(plan.dashboards),
        "panels": sum(len(row.panels) for d in plan.dashboards for row in d.rows),
        "alerts": len({r.alert for r in rules if r.alert}),
        "rules": len(rules),
        "objects": sum(_objects(path, text) for path, text in made.artifacts.items()),
        "findings": findings,
        "seconds": round(time.perf_counter() - started, 2),
    }


def _objects(path: str, text: str) -> int:
    """Kubernetes objects in a manifest of the bundle."""
    manifest = any(folder in path for folder in ("/manifests/", "/operator/", "/deploy/"))
    return len(re.findall(r"^kind: ", text, re.MULTILINE)) if manifest else 0


def _say(facts: Mapping[str, int | float | str], made: Bundle, notes: Iterable[str]) -> None:
    width = max(map(len, facts))
    for word, value in facts.items():
        click.echo(f"{word:<{width}}  {value}")
    for note in notes:
        click.echo(f"note: {note}")
    for what, fix in (*unheard(made.plan.platform.notify), *_unlinked(made)):
        click.echo(f"note: {what}; {fix}")


def _unlinked(made: Bundle) -> Iterator[tuple[str, str]]:
    """What is wrong with links that the spec does not give, and what to do."""
    links, example = made.plan.platform.links, Links()
    used = [link.name for link in fields(links) if link.name != "kibana" or made.plan.logs]
    left = [name for name in used if getattr(links, name) == getattr(example, name)]
    if left:
        yield f"links of alerts and dashboards to {', '.join(left)} end at example.com", "give the spec its `links`"
