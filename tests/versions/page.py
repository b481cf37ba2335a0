"""docs/versions.md: a line per server, those that were not run this time kept as they are. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

HEAD = """\
# Versions

What the exporters were run on: their live tests, once per version, on the real server. `make test-versions` writes the
lines of this page, all of them or those of `ONLY="mysql-8.4 postgresql-18"`. The servers come out of other releases of
Debian and Ubuntu, unpacked with all they need into a folder that each has as its root (`tests/engines/suites.py`), so
the exact version is the release's on that day. What is not to be had stands here with the reason. Lines without a
release are this system's own servers, those of `make test`.

| kind | what runs on each version |
|---|---|
| MySQL, MariaDB | `tests/exporters/db/mysql`: a primary and its replica by GTID, over TLS, with the generated grants; \
every alert of the component raised by its fault (`live`); the runbook's statements |
| PostgreSQL | `tests/exporters/db/postgresql`: a primary and its streaming standby, likewise |
| RabbitMQ | `tests/exporters/event`: a broker alone, a cluster of three, the generated users; every alert of the \
component raised by its fault (`live`) |

A test that fails is run once more, by itself: "again" counts those that passed then, on a machine busy with others.

| server | exact version | release | day | passed | again | failed | skipped |
|---|---|---|---|---|---|---|---|
"""
LINE = re.compile(r"^\| `([^`]+)` \|.*$", re.MULTILINE)
FAILED = "\n## What failed\n\n"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one server; `reason` says why it was not run, "" if it was. `failed` are ids of tests."""

    name: str
    release: str
    day: str
    version: str = ""
    reason: str = ""
    passed: int = 0
    again: int = 0
    skipped: int = 0
    failed: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """Its row of the table."""
        if self.reason:
            return f"| `{self.name}` | not to be had: {self.reason} | {self.release} | {self.day} | | | | |"
        counts = " | ".join(map(str, (self.passed, self.again, len(self.failed), self.skipped)))
        return f"| `{self.name}` | {self.version} | {self.release} | {self.day} | {counts} |"


def page(outcomes: Iterable[Outcome], *, before: str, order: Iterable[str]) -> str:
    """The page with these lines in place of their former ones; servers stand in `order`, others are dropped."""
    told = tuple(outcomes)
    table, _, failed = before.partition(FAILED)
    lines = {found[1]: found[0] for found in LINE.finditer(table)} | {one.name: one.line for one in told}
    ran = {one.name for one in told}
    kept = [line for line in failed.splitlines() if line and line.split("`")[1] not in ran]
    kept += [f"- `{one.name}`: `{test}`" for one in told for test in one.failed]
    rows = [lines[name] for name in order if name in lines]
    return HEAD + "\n".join(rows) + "\n" + (FAILED + "\n".join(sorted(kept)) + "\n" if kept else "")
