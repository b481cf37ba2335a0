"""`obs diff`: what building would change, as a review."""

import json
import subprocess
from pathlib import Path

import click

from obs.commands.common import bundle_of, environment_option, json_option
from obs.commands.problems import Problems
from obs.publish import files
from obs.review import review

COLOURS = {"+": "green", "-": "red", "~": "yellow"}


@click.command(short_help="Say what building a spec would change, as a review.")
@click.argument("spec", type=click.Path(path_type=Path))
@click.option(
    "--against",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder of an earlier build (default: here).",
)
@click.option("--revision", default="", metavar="REV", help="Compare with the files as committed at this git revision.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when there is a difference.")
@environment_option
@json_option
def diff(spec: Path, against: Path, revision: str, exit_code: bool, environment: str, as_json: bool) -> None:
    """Say what building SPEC would change: alerts, rules and panels first, then other files.

    \b
    obs diff examples/opendax.yaml
    obs diff examples/opendax.yaml --revision main~3
    obs diff platform.yaml --against build/production --exit-code
    """
    old = _committed(against, revision) if revision else files.read_folder(against)
    if not old:
        raise Problems(
            (f"{against}: no earlier build here; name its folder with --against, or build with --out first",)
        )
    lines = review(old, bundle_of(spec, environment).artifacts)
    if as_json:
        click.echo(json.dumps(lines))
    for line in lines if not as_json else ():
        click.secho(line, fg=COLOURS.get(line[:1]))
    if not lines and not as_json:
        click.echo("no difference")
    if lines and exit_code:
        raise Problems(())


def _committed(folder: Path, revision: str) -> dict[str, str]:
    """The bundle's files at a revision, path -> text."""
    listed = _git(folder, revision, files.LEDGER).splitlines()
    return {path: _git(folder, revision, path) for path in listed}


def _git(folder: Path, revision: str, path: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), "show", f"{revision}:./{path}"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = next((line for line in reversed(done.stderr.strip().splitlines()) if line), "git failed")
        what = f"no build at {revision}: {reason.removeprefix('fatal: ').rstrip('.')}"
        raise Problems((f"{what}; name a revision at which the bundle was committed",))
    return done.stdout
