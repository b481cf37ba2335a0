"""`obs new component`: the scaffold of a catalogue folder."""

import re
from pathlib import Path

import click

from obs import library
from obs.commands.problems import Problems
from obs.commands.scaffold import scaffold


@click.group()
def new() -> None:
    """Start something new.

    \b
    obs new component kafka        a folder of the catalogue, to be filled in
    """


@new.command("component")
@click.argument("name")
@click.option(
    "--catalog", type=click.Path(path_type=Path, file_okay=False), default=Path("obs/catalog"), show_default=True
)
def component(name: str, catalog: Path) -> None:
    """Scaffold a component folder; the tests then name what is missing until it is whole.

    \b
    obs new component minio
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise Problems((f'"{name}" is no component name; write lower-case words joined by _, such as object_store',))
    if name in library.names() or (catalog / name).exists():
        raise Problems((f'there is a component "{name}" already, in {catalog / name}',))
    if not catalog.is_dir():
        raise Problems((f"{catalog}: no such folder; run this in a checkout of obs or name the folder with --catalog",))
    for path, text in scaffold(name).items():
        target = catalog / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        click.echo(target)
    asked = f"python -m pytest tests/catalog -k {name}"
    click.echo(f"Fill in what `{asked}` now names; docs/add-a-component.md walks through it.")
