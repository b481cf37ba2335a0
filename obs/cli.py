"""The command line: one function per verb; the only place that prints or exits.

Exit codes: 0 fine, 1 your spec or content, 2 usage, 3 our bug (a log file is printed), 130 interrupted.
"""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click

from obs import __version__
from obs.commands.problems import Problems

DEPTH = 50_000
"""Calls within calls: PromQL's tree of `a or b or c ...` over a thousand services is as deep as it is long."""

COMMANDS = {
    "build": "build",
    "check": "build",
    "diff": "diff",
    "explain": "explain",
    "list": "inspect",
    "schema": "inspect",
    "completion": "inspect",
    "export": "inspect",
    "new": "new",
    "simulate": "simulate",
    "apply": "apply",
}
"""Verb -> its module in obs.commands, read when the verb is asked for: what the others need is a tenth of a build."""

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


class Verbs(click.Group):
    """The group of all verbs; each is imported when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, by name."""
        return sorted([*super().list_commands(ctx), *COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name, None if there is none."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"obs.commands.{COMMANDS[cmd_name]}")
        verb: click.Command = getattr(module, "list_" if cmd_name == "list" else cmd_name)
        return verb


@click.group(cls=Verbs, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="obs")
@click.pass_context
def cli(context: click.Context) -> None:
    """One spec of a platform in, its checked observability bundle out.

    \b
    obs build examples/opendax.yaml --out .      render, check and write the bundle
    obs explain EnvoyEdgeErrors                  from an alert to its spec line, query, panel, receiver and runbook
    obs diff examples/opendax.yaml               what building would change, as a review
    """
    if os.environ.get("NO_COLOR"):
        context.color = False  # https://no-color.org


@cli.command("version")
def version() -> None:
    """Print the version."""
    click.echo(f"obs {__version__}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with one of the codes above, leaving the memory to the operating system."""
    code = run(lambda: cli.main(args=arguments, prog_name="obs", standalone_mode=False))
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            stream.flush()
    os._exit(code)


def run(action: Callable[[], object]) -> int:
    """The exit code of an action; every failure becomes a clear message."""
    sys.setrecursionlimit(DEPTH)
    gc.disable()  # a build lives for a second and makes millions of objects: collecting cycles is a tenth of its time
    try:
        result = action()
    except Problems as problems:
        for line in problems.lines:
            click.echo(line, err=True)
        return 1
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        return 130
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except BrokenPipeError:
        return 0  # the reader, such as head, has seen enough
    except SystemExit:
        return 0  # what click makes of a BrokenPipeError, and its end of a completion; nothing of ours raises it
    except OSError as error:
        click.echo(_told(error), err=True)
        return 1
    except Exception:
        click.echo(f"This is a fault of obs itself; the details are in {_log()}", err=True)
        return 3
    finally:
        gc.enable()
    return result if isinstance(result, int) else 0


def _told(error: OSError) -> str:
    """What the operating system refuses, and what to do about it."""
    what = (error.strerror or str(error)).lower()
    if error.filename is None:
        return f"the operating system refuses: {what}; try again when it can"
    return f"{error.filename}: {what}; name a file or folder that can be read and written"


def _log() -> Path:
    """The file that holds the traceback of the exception being handled."""
    import tempfile  # rarely needed, and slow to read
    import traceback

    handle, name = tempfile.mkstemp(prefix="obs-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"obs {__version__}\n{traceback.format_exc()}")
    return Path(name)
