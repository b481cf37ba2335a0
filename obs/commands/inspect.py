"""`obs list`, `obs schema`, `obs export mixin`, `obs completion`: looking without building."""

import json
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from obs import library
from obs.commands.common import SPEC, bundle_of, environment_option, json_option
from obs.commands.problems import Problems
from obs.mixin import to_mixin
from obs.printer import to_json
from obs.resolve.names import alert_names
from obs.spec import schema as spec_schema

KINDS = ("components", "alerts", "dashboards", "services", "rules", "files")
WORDS = {key: "{} " + key for key in ("signals", "alerts", "panels", "bytes")} | {"hold": "for {}"}
"""How a column of `obs list` reads where the value alone would not say what it is."""

Row = dict[str, str | int]


@click.command("list", short_help="List what the catalogue knows, or what a spec's bundle holds.")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("spec", type=click.Path(path_type=Path), required=False)
@environment_option
@json_option
def list_(kind: str, spec: Path | None, environment: str, as_json: bool) -> None:
    """List what the catalogue knows, or what SPEC's bundle holds.

    \b
    obs list components
    obs list alerts examples/opendax.yaml
    """
    if environment and not spec:
        raise click.UsageError(f"an environment belongs to a spec: obs list {kind} SPEC --environment {environment}")
    rows = _in_bundle(kind, spec, environment) if spec else _in_catalogue(kind)
    if as_json:
        click.echo(json.dumps(rows))
        return
    cells = [[WORDS.get(key, "{}").format(value) for key, value in row.items()] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        click.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip())


def _in_catalogue(kind: str) -> list[Row]:
    known = library.components()
    if kind == "components":
        return [
            {"name": name, "title": c.title, "signals": len(c.signals), "alerts": len(alert_names(c))}
            for name, c in known.items()
        ]
    if kind == "alerts":
        return [{"name": name, "component": c.name} for c in known.values() for name in alert_names(c)]
    raise click.UsageError(f"{kind} belong to a platform: obs list {kind} SPEC, for example {SPEC}")


def _in_bundle(kind: str, spec: Path, environment: str) -> list[Row]:
    made = bundle_of(spec, environment)
    plan = made.plan
    rows: dict[str, list[Row]] = {
        "components": [
            {"name": p.component.name, "title": p.component.title, "services": ", ".join(s.name for s in p.services)}
            for p in plan.parts
        ],
        "alerts": [
            {"name": a.name, "severity": a.severity, "hold": a.hold, "component": a.component} for a in plan.alerts
        ],
        "dashboards": [
            {"uid": d.uid, "title": d.title, "panels": sum(len(r.panels) for r in d.rows)} for d in plan.dashboards
        ],
        "services": [
            {"name": s.name, "component": s.component, "namespace": s.namespace} for s in plan.platform.services
        ],
        "rules": [
            {"name": r.alert or r.record, "group": g.name} for p in plan.parts for g in p.groups for r in g.rules
        ],
        "files": [{"path": path, "bytes": len(text.encode())} for path, text in made.artifacts.items()],
    }
    return rows[kind]


@click.command()
def schema() -> None:
    """Print the JSON Schema of a spec, for editors.

    \b
    obs schema > spec.schema.json
    """
    click.echo(to_json(spec_schema(library.components())), nl=False)


@click.group("export")
def export() -> None:
    """Print the bundle in another form.

    \b
    obs export mixin platform.yaml > mixin.libsonnet
    """


@export.command("mixin")
@click.argument("spec", type=click.Path(path_type=Path))
@environment_option
def export_mixin(spec: Path, environment: str) -> None:
    """Print the bundle of SPEC as a monitoring mixin (jsonnet).

    \b
    obs export mixin platform.yaml > mixin.libsonnet
    """
    made = bundle_of(spec, environment)
    groups = tuple(g for part in made.plan.parts for g in part.groups)
    groups += tuple(g for extra in made.plan.extra_groups.values() for g in extra)
    boards = {f"{d.uid}.json": made.artifacts[f"dashboards/{d.uid}.json"] for d in made.plan.dashboards}
    click.echo(to_mixin(groups, boards), nl=False)


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    obs completion bash > ~/.local/share/bash-completion/completions/obs
    """
    made = get_completion_class(shell)
    if made is None:
        raise Problems((f"no completion for {shell}",))
    click.echo(made(context.find_root().command, {}, "obs", "_OBS_COMPLETE").source())
