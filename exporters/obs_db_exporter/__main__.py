"""python -m obs_db_exporter --config FILE: the databases of a platform, by name, at /probe?target=NAME."""

import sys
from collections.abc import Callable, Mapping, Sequence

from obs_db_exporter import mysql_engine, postgresql
from obs_db_exporter.config import TARGET_SCHEMA, DatabaseServer, servers
from obs_db_exporter.metrics import METRICS
from obs_db_exporter.target import DatabaseTarget
from obs_exporter.collect import Target
from obs_exporter.config import Data
from obs_exporter.program import Exporter, main

ENGINES: Mapping[str, Callable[[DatabaseServer], Target]] = {
    "mysql": lambda server: DatabaseTarget(server, mysql_engine.MySqlEngine(server)),
    "postgresql": lambda server: DatabaseTarget(server, postgresql.Postgresql(server)),
}
"""Component -> how a target of it is made."""


def targets(document: Data) -> Sequence[Target]:
    """The targets of a checked configuration."""
    return [ENGINES[server.component](server) for server in servers(document)]


EXPORTER = Exporter(
    name="obs_db_exporter",
    prefix="db",
    rows=METRICS,
    targets=targets,
    schema=TARGET_SCHEMA,
)

if __name__ == "__main__":
    sys.exit(main(EXPORTER))
