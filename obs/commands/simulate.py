"""`obs simulate`: play a platform's metrics for a real Prometheus to scrape."""

import difflib
import gc
from pathlib import Path

import click

from obs.commands.common import environment_option, plan_of
from obs.commands.problems import Problems
from obs.model.plan import Plan


@click.command(short_help="Play the platform's metrics, healthy or under a fault.")
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("--fault", default="", metavar="NAME", help="Play this fault story instead of a healthy platform.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=9464, type=click.IntRange(1, 65535), show_default=True, help="Port to listen on.")
@click.option(
    "--write-config", type=click.Path(path_type=Path, dir_okay=False), help="Write a prometheus.yaml that scrapes it."
)
@click.option("--list", "list_faults", is_flag=True, help="List the fault stories and stop.")
@environment_option
def simulate(
    spec: Path, fault: str, host: str, port: int, write_config: Path | None, list_faults: bool, environment: str
) -> None:
    """Serve the metrics of every target of SPEC's platform, healthy or under a fault.

    \b
    obs simulate examples/opendax.yaml --write-config /tmp/prometheus.yaml
    obs simulate examples/opendax.yaml --fault api_refuses_connections
    """
    from obs.prove.simulate import prometheus_config, server

    plan = plan_of(spec, environment)
    if list_faults:
        stories = _stories(plan)
        width = max(map(len, stories), default=0)
        for name, title in stories.items():
            click.echo(f"{name:<{width}}  {title}")
        return
    if fault and fault not in _stories(plan):
        close = difflib.get_close_matches(fault, _stories(plan), 1)
        hint = f'did you mean "{close[0]}"?' if close else "obs simulate SPEC --list names them all"
        raise Problems((f'{spec}: no fault "{fault}"; {hint}',))
    try:
        made = server(plan, fault=fault, host=host, port=port)
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise Problems((f"{host}:{port}: {what}; name another address with --host or --port",)) from None
    if write_config:
        write_config.write_text(prometheus_config(plan, port=port, host=host), encoding="utf-8")
    click.echo(f"serving {len(plan.jobs)} jobs on http://{host}:{port}/, fault: {fault or 'none'}; stop with Ctrl-C")
    gc.enable()
    with made:
        made.serve_forever()


def _stories(plan: Plan) -> dict[str, str]:
    return {s.name: s.title for part in plan.parts for s in part.faults.stories}
