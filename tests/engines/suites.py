"""Packages of another release of Debian or Ubuntu, unpacked into a folder that a program can have as its root.

apt works on lists and a state of its own there, empty at first, so that it brings all that a package needs down to the
C library, and nothing of this system is touched. No package's scripts are run.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.engines.commands import NotToBeHad, run
from tests.engines.kinds import SuitePackages

MERGED = ("bin", "lib", "lib64", "sbin")
"""Links into usr/, which releases had before packages stopped using them."""
KNOWN = ("group", "hosts", "nsswitch.conf", "passwd")
"""Of this system's /etc: accounts, and the name localhost."""
MIRROR = "UBUNTU_MIRROR"
KEYRING = "ubuntu-archive-keyring"
UBUNTU_KEYS = SuitePackages(distribution="Debian", suite="trixie", packages=(KEYRING,), program="")
POCKETS = {"Debian": ("",), "Ubuntu": ("", "-updates", "-security")}
COMPONENTS = {"Debian": "main", "Ubuntu": "main universe"}


def unpacked(recipe: SuitePackages, folder: Path, *, name: str) -> Path:
    """The root `folder/name` anew; returns where its program is. Raises NotToBeHad."""
    root = folder / name
    shutil.rmtree(root, ignore_errors=True)
    for part in MERGED:
        (root / "usr" / part).mkdir(parents=True)
        (root / part).symlink_to(f"usr/{part}")
    for package in _downloaded(recipe, folder):
        run(["dpkg", "--extract", str(package), str(root)])
        package.unlink()
    for file in KNOWN:
        shutil.copyfile(f"/etc/{file}", root / "etc" / file)
    found = sorted(root.glob(recipe.program))
    if not found:
        raise NotToBeHad(f"{recipe.suite} has {' '.join(recipe.packages)}, but no {recipe.program} in them")
    return found[-1]


def _downloaded(recipe: SuitePackages, folder: Path) -> list[Path]:
    """The packages' files with those of all they need, in apt's cache of that release."""
    if not shutil.which("apt-get"):
        raise NotToBeHad("this system has no apt-get")
    if os.geteuid() != 0:
        raise NotToBeHad("only root can run a server in a root of its own")
    place = (folder / "apt" / recipe.suite).resolve()
    config = _configured(recipe, place, folder)
    run(["apt-get", "update", "--quiet"], APT_CONFIG=str(config))
    run(["apt-get", "clean"], APT_CONFIG=str(config))
    wanted = ["install", "--yes", "--quiet", "--download-only", "--no-install-recommends", *recipe.packages]
    run(["apt-get", *wanted], APT_CONFIG=str(config))
    return sorted((place / "archives").glob("*.deb"))


def _configured(recipe: SuitePackages, place: Path, folder: Path) -> Path:
    """apt's configuration for one release: this system's own, with other lists, another state and another cache."""
    for part in ("lists/partial", "archives/partial"):
        (place / part).mkdir(parents=True, exist_ok=True)
    (place / "status").touch()
    archive = f"deb [target=Packages signed-by={_keys(recipe, folder)}] {_archive(recipe)}"
    components = COMPONENTS[recipe.distribution]
    sources = [f"{archive} {recipe.suite}{pocket} {components}" for pocket in POCKETS[recipe.distribution]]
    (place / "sources.list").write_text("\n".join(sources) + "\n", encoding="ascii")
    (place / "apt.conf").write_text("\n".join(_settings(place)) + "\n", encoding="utf-8")
    return place / "apt.conf"


def _settings(place: Path) -> Iterator[str]:
    told = {
        "Dir::State": place,
        "Dir::State::status": place / "status",
        "Dir::Cache": place,
        "Dir::Etc::sourcelist": place / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
    }
    return (f'{name} "{value}";' for name, value in told.items())


def _archive(recipe: SuitePackages) -> str:
    """Where a distribution's archive is: what this system's apt uses, or what the caller says."""
    told = os.environ.get(MIRROR, "") if recipe.distribution == "Ubuntu" else ""
    known = run(["apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages"])
    own = [line.partition(" ")[2] for line in known.splitlines() if line.startswith(f"{recipe.distribution} ")]
    for archive in (told, *own):
        if archive:
            return archive
    why = f"this system's apt knows no archive of {recipe.distribution}"
    how = f"say where it is: {MIRROR}=http://…" if recipe.distribution == "Ubuntu" else "run apt-get update"
    raise NotToBeHad(f"{why}; {how}")


def _keys(recipe: SuitePackages, folder: Path) -> Path:
    """Public keys of a distribution; on Debian, Ubuntu's come from a package of a newer Debian."""
    name = f"{recipe.distribution.lower()}-archive-keyring.gpg"
    for root in (Path("/"), folder / "keys"):
        if (root / "usr/share/keyrings" / name).exists():
            return (root / "usr/share/keyrings" / name).resolve()
    if recipe.distribution != "Ubuntu":
        raise NotToBeHad(f"no keys of {recipe.distribution} are here: apt-get install debian-archive-keyring")
    for package in _downloaded(UBUNTU_KEYS, folder):
        run(["dpkg", "--extract", str(package), str(folder / "keys")])
    return _keys(recipe, folder)


def inside(root: Path, words: Sequence[object], *, shared: Sequence[Path], user: int | None = None) -> list[str]:
    """A command in a root of its own that sees this system's processes, devices and `shared` folders.

    The mounts are the process's own (mount_namespaces(7)): they end with it. Every step replaces the one before, so
    that the process started is the server itself. Needs root.
    """
    mounts = [f'mkdir -p "$0{part}"; mount --rbind "{part}" "$0{part}";' for part in ("/proc", "/dev", *shared)]
    drop = [f"--setuid={user}", f"--setgid={user}"] if user is not None else []
    step = f'{" ".join(mounts)} exec unshare --root="$0" --wd="$PWD" "$@"'
    return ["unshare", "--mount", "sh", "-ec", step, str(root), *drop, *map(str, words)]
