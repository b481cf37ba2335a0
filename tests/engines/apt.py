"""Programs of the distribution: found where it keeps them, installed by apt without starting a service."""

import functools
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.engines.commands import NotToBeHad, run
from tests.engines.kinds import AptPackage, Engine

POLICY = Path("/usr/sbin/policy-rc.d")


def install(recipe: AptPackage, engine: Engine, *, ours: Path) -> Path:
    """Install a package and return where its program is. Raises NotToBeHad."""
    if not shutil.which("apt-get"):
        raise NotToBeHad(f"this system has no apt-get; install {engine.name} yourself and put it on PATH")
    if os.geteuid() != 0:
        raise NotToBeHad(f"only root can install it: apt-get install {recipe.package}")
    _apt_update()
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", recipe.package]
    with _no_service_started():
        run(install, DEBIAN_FRONTEND="noninteractive")
    found = found_outside(engine.name, engine.places, ours=ours)
    if found is None:
        raise NotToBeHad(f"apt-get installed {recipe.package}, but {engine.name} is not where it was expected")
    return Path(found)


@functools.cache
def _apt_update() -> None:
    run(["apt-get", "update", "--quiet"])


@contextmanager
def _no_service_started() -> Iterator[None]:
    """Debian's packages start what they install unless this file says no (invoke-rc.d(8), exit code 101)."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def found_outside(name: str, places: Sequence[str], *, ours: Path) -> str | None:
    """The command on PATH or in one of these folders, the newest version's first, but none below `ours`."""
    parts = [part for part in os.environ.get("PATH", "").split(os.pathsep) if not part.startswith(str(ours))]
    folders = [str(folder) for place in places for folder in _newest_first(place)]
    return shutil.which(name, path=os.pathsep.join([*parts, *folders]))


def _newest_first(place: str) -> list[Path]:
    """Folders that match, by the numbers in their paths, so that 17 comes before 9."""
    found = Path("/").glob(place.removeprefix("/"))
    return sorted(found, key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))], reverse=True)
