"""`obs apply`: the bundle's Elasticsearch and Kibana halves, onto running ones."""

import base64
import os
import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from obs.commands.common import checked_bundle_of, environment_option, said
from obs.commands.problems import Problems
from obs.conventions import KIBANA_CODE, KIBANA_OBJECTS
from obs.model.bundle import Bundle

if TYPE_CHECKING:
    from obs.publish.elasticsearch import Change

SHOWN = 12
"""Differences of one body that are shown; a template that is new in every line is not."""


@click.group(short_help="Put the bundle's objects on a running Elasticsearch or Kibana.")
def apply() -> None:
    """Put the bundle's objects on a running Elasticsearch or Kibana.

    Logins come from the environment, so that no shell history keeps them: ELASTICSEARCH_API_KEY, or
    ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD.

    \b
    obs apply elasticsearch platform.yaml --dry-run      say what would change
    obs apply kibana platform.yaml --space support       import searches and dashboards
    """


def _address(_context: click.Context, _option: click.Parameter, url: str) -> str:
    """The address without its trailing slash; a UsageError when it is none."""
    if url and not re.fullmatch(r"https?://[^/\s]+(/\S*)?", url):
        raise click.BadParameter(f'"{url}" is no address; write one such as https://127.0.0.1:9200')
    return url.rstrip("/")


def _authority(_context: click.Context, _option: click.Parameter, file: str | None) -> str:
    """The file, or "" for none; a UsageError when it holds no certificate."""
    try:
        ssl.create_default_context(cafile=file)
    except OSError:
        raise click.BadParameter(f"{file} holds no certificate; one begins with -----BEGIN CERTIFICATE-----") from None
    return file or ""


_spec = click.argument("spec", type=click.Path(path_type=Path))
_existing = click.Path(exists=True, dir_okay=False)
_ca = click.option(
    *("--ca", "ca"),
    type=_existing,
    metavar="FILE",
    callback=_authority,
    help="Certificate authority of the server, in PEM.",
)
_dry_run = click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")


@apply.command("elasticsearch", short_help="Policies, templates and roles.")
@_spec
@click.option("--url", default="", callback=_address, help="Address; unless given, the one the spec says.")
@_ca
@_dry_run
@environment_option
def elasticsearch(spec: Path, url: str, ca: str, dry_run: bool, environment: str) -> None:
    """Put policies, templates and roles of SPEC's bundle on Elasticsearch; what is there already stays untouched.

    \b
    obs apply elasticsearch platform.yaml --dry-run
    obs apply elasticsearch platform.yaml --url https://127.0.0.1:9200 --ca ca.crt
    """
    from obs.publish import elasticsearch as store

    made = _bundle(spec, environment)
    assert made.plan.logs is not None
    try:
        asked = store.client(url or made.plan.logs.logging.endpoint, ca=ca, **_login())
        changes = store.compare(asked, made.artifacts)
        for change in changes:
            _tell(change)
        done = () if dry_run else store.apply(asked, changes)
    except store.Refused as refused:
        raise Problems(refused.lines) from None
    needed = sum(change.needed for change in changes)
    click.echo(f"{needed} to change, {len(changes) - needed} as they should be" if dry_run else f"{len(done)} changed")


def _tell(change: "Change") -> None:
    if change.new:
        click.secho(f"+ {change.kind}/{change.name}", fg="green")
    elif change.needed:
        click.secho(f"~ {change.kind}/{change.name}", fg="yellow")
        for key, old, new in change.differences[:SHOWN]:
            click.echo(f"    {key}: {old or 'nothing'} -> {new or 'nothing'}")
        if len(change.differences) > SHOWN:
            click.echo(f"    and {len(change.differences) - SHOWN} more")


@apply.command("kibana", short_help="Data view, searches and dashboards.")
@_spec
@click.option("--url", default="", callback=_address, help="Address; unless given, links.kibana of the spec.")
@click.option("--space", default="", help="Space to put them into; unless given, the default one.")
@click.option("--as-code", is_flag=True, help="Dashboards by Kibana's dashboards API, which it has from 9.5 on.")
@_ca
@_dry_run
@environment_option
def kibana(spec: Path, url: str, space: str, as_code: bool, ca: str, dry_run: bool, environment: str) -> None:
    """Import data view, searches and dashboards of SPEC's bundle into Kibana, in place of those of an earlier bundle.

    With --as-code the dashboards are then put once more in the words of the dashboards API, under the same ids.

    \b
    obs apply kibana platform.yaml --dry-run
    obs apply kibana platform.yaml --url https://kibana.example.com --space support
    """
    from obs.publish import kibana as people

    made = _bundle(spec, environment)
    text = made.artifacts[KIBANA_OBJECTS]
    address = url or made.plan.platform.links.kibana
    asked = people.Kibana(url=address, authorization=_authorization(_login()), space=space, ca=ca)
    try:
        if dry_run:
            found = people.known(asked, text)
            for name, there in found:
                click.secho(f"{'~' if there else '+'} {name}", fg="yellow" if there else "green")
            click.echo(f"{sum(not there for _, there in found)} new, {sum(there for _, there in found)} to replace")
            return
        taken, replaced = people.load(asked, text)
        coded = people.put_dashboards(asked, _coded(made)) if as_code else 0
    except people.ImportRefused as refused:
        raise Problems(refused.lines) from None
    click.echo(f"{taken} objects imported, {replaced} of them in place of older ones")
    if coded:
        click.echo(f"{coded} dashboards put as code")


def _coded(made: Bundle) -> dict[str, str]:
    """Id -> body of every dashboard as code."""
    prefix = f"{KIBANA_CODE}/"
    files = {path: text for path, text in made.artifacts.items() if path.startswith(prefix)}
    return {path.removeprefix(prefix).removesuffix(".json"): text for path, text in files.items()}


def _bundle(spec: Path, environment: str) -> Bundle:
    """The checked bundle of a platform with logs; Problems otherwise."""
    made, findings = checked_bundle_of(spec, environment)
    if findings:
        raise Problems(said(findings))
    if made.plan.logs is None:
        raise Problems((f"{spec}: the platform has no logging half; give the spec a logging section",))
    return made


def _login() -> dict[str, str]:
    names = {"api_key": "API_KEY", "user": "USER", "password": "PASSWORD"}
    return {name: os.environ.get(f"ELASTICSEARCH_{variable}", "") for name, variable in names.items()}


def _authorization(login: Mapping[str, str]) -> str:
    if login["api_key"]:
        return f"ApiKey {login['api_key']}"
    pair = base64.b64encode(f"{login['user']}:{login['password']}".encode()).decode()
    return f"Basic {pair}" if login["user"] else ""
