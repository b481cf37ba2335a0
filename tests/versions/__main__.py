"""`python -m tests.versions [NAME ...]`: the exporters' live tests on every server, or those named; docs/versions.md.

Exit codes: 0 everything that could be had passed; 1 a test failed, twice.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from tests.engines.kinds import SuitePackages
from tests.engines.processes import missing_reason
from tests.engines.servers import mysql, postgresql, rabbitmq
from tests.engines.servers.programs import CHOSEN
from tests.engines.versions import SERVERS
from tests.versions.page import Outcome, page

PAGE = Path("docs/versions.md")
RUNBOOK = "tests/test_runbook_statements.py::test_"
TESTS = {
    "mysql": ("tests/exporters/db/mysql", f"{RUNBOOK}mysql_and_mariadb_understand_every_statement_of_their_runbook"),
    "postgresql": ("tests/exporters/db/postgresql", f"{RUNBOOK}postgresql_understands_every_statement_of_its_runbook"),
    "rabbitmq": ("tests/exporters/event",),
}
OWN = {"mariadb": "mariadbd", "postgresql": "postgres", "rabbitmq": "rabbitmq-server"}
"""This system's servers, and the names they have as engines."""
ERLANG = 'io:format("~s", [erlang:system_info(otp_release)]), halt().'


@dataclass(frozen=True, kw_only=True)
class Server:
    """One server by the name the tests choose it by; `engine` is what the installer calls it."""

    name: str
    engine: str
    release: str = ""

    @property
    def kind(self) -> str:
        """Whose tests run on it."""
        return self.name.partition("-")[0].replace("mariadb", "mysql")


def servers() -> tuple[Server, ...]:
    """Every one, by name and then by number."""
    others = [
        Server(name=one.name, engine=one.name, release=f"{one.recipe.distribution} {one.recipe.suite}")
        for one in SERVERS
        if isinstance(one.recipe, SuitePackages)
    ]
    own = [Server(name=name, engine=engine) for name, engine in OWN.items()]
    return tuple(sorted([*own, *others], key=lambda one: (one.name.partition("-")[0], _numbers(one.name))))


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", name)))


def main() -> int:
    """Run, keep the page up after every server, judge."""
    every = servers()
    parser = argparse.ArgumentParser(prog="python -m tests.versions", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help=", ".join(one.name for one in every))
    only = parser.parse_args().only
    outcomes = []
    for server in every:
        if not only or server.name in only:
            outcomes.append(_run(server))
            before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
            text = page(outcomes, before=before, order=[one.name for one in every])
            PAGE.write_text(text, encoding="utf-8")
            print(outcomes[-1].line, flush=True)
    return 1 if any(one.failed for one in outcomes) else 0


def _run(server: Server) -> Outcome:
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    reason = missing_reason(server.engine)
    if reason:
        return Outcome(name=server.name, release=server.release, day=day, reason=reason.replace("|", "/")[:200])
    os.environ[CHOSEN] = server.name
    with tempfile.TemporaryDirectory() as folder:
        passed, failed, skipped = _tested(server, Path(folder))
        still = _tested(server, Path(folder), "--last-failed")[1] if failed else ()
    return Outcome(
        name=server.name,
        release=server.release,
        day=day,
        version=_version(server.kind),
        passed=passed + len(failed) - len(still),
        again=len(failed) - len(still),
        skipped=skipped,
        failed=still,
    )


def _tested(server: Server, folder: Path, *options: str) -> tuple[int, tuple[str, ...], int]:
    """(passed, failed, skipped) of the tests of a server."""
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", f"--junitxml={report}", *options]
    command += ["-o", f"cache_dir={folder / 'cache'}", f"--basetemp={folder / 'tests'}", *_paths(server)]
    log = Path(tempfile.gettempdir()) / f"obs-versions-{server.name}{''.join(options)}.log"
    with log.open("wb") as output:
        subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [case for case in cases if case.find("skipped") is not None]
    names = {f"{case.get('classname', '')}::{case.get('name', '')}" for case in failed}
    return len(cases) - len(failed) - len(skipped), tuple(sorted(names)), len(skipped)


def _paths(server: Server) -> list[str]:
    return list(TESTS[server.kind])


def _version(kind: str) -> str:
    """What the chosen server says it is."""
    match kind:
        case "mysql":
            told = mysql.programs().run(mysql.programs().server.name, "--version")
            return told.partition("Ver ")[2].split()[0]
        case "postgresql":
            return postgresql.programs().run("postgres", "--version").partition(") ")[2].strip()
    place = rabbitmq.programs()
    erlang = place.run("erl", "-noshell", "-eval", ERLANG)
    return f"{place.run('rabbitmqctl', 'version').strip()}, Erlang {erlang.strip()}"


if __name__ == "__main__":
    sys.exit(main())
