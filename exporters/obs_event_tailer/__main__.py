"""`python -m obs_event_tailer`: print the cluster's events as lines of JSON until told to end."""

import argparse
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from obs_event_tailer.client import WATCH_SECONDS, Events, Unreachable, connect
from obs_event_tailer.ending import Ended, Ending
from obs_event_tailer.health import Health
from obs_event_tailer.position import PositionFile
from obs_event_tailer.tail import Tail
from obs_event_tailer.told import Told
from obs_exporter import log as logs

log = logging.getLogger(f"{__package__}.main")
SINCE_SECONDS = 60.0
"""Of a fresh start: long enough for a pod to be replaced, short enough that little is told twice."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM: 0 after it, 1 when there is no way to the API server, the port or standard output."""
    told = _parser().parse_args(arguments)
    logs.configure("obs_event_tailer", "info")
    ending = Ending()
    try:
        ending.listen()
        tail = _tail(told, ending)
        host, _, port = told.listen.rpartition(":")
        found = Health(lambda: tail.heard).serve(host, int(port))
        log.info("listening", extra={"address": f"{host}:{found}"})
        tail.run()
    except Ended:
        log.info("ending")
        return 0
    except (Unreachable, OSError) as error:
        sys.stderr.write(f"{error}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m obs_event_tailer", description=__doc__)
    parser.add_argument("--listen", default="0.0.0.0:8080", help="where the kubelet asks how it is (0.0.0.0:8080)")
    parser.add_argument("--position", type=Path, help="file that keeps where reading ended; without it nothing does")
    parser.add_argument("--since", type=float, default=SINCE_SECONDS, help="seconds a fresh start looks back (60)")
    parser.add_argument("--kubeconfig", type=Path, help="how to reach the API server from outside its cluster")
    parser.add_argument("--watch", type=int, default=WATCH_SECONDS, help="seconds one watch lasts (240)")
    return parser


def _tail(told: argparse.Namespace, ending: Ending) -> Tail:
    floor = datetime.now(UTC) - timedelta(seconds=told.since)
    events = Events(connect(told.kubeconfig), watch_seconds=told.watch)
    return Tail(events, told=Told(floor), file=PositionFile(told.position), out=_print, ending=ending)


def _print(line: str) -> None:
    """Write through: a line that is kept back would be lost with the process, though its position is kept."""
    sys.stdout.write(line)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
