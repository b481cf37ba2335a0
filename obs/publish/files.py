"""Writing a bundle to a folder: all of it or nothing, and nothing stale left behind."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LEDGER = "alerts/.obs-files"
"""List of every file the last build wrote; what is in it and no longer rendered is removed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What writing changed: paths added, changed, removed, and the number left as they were."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


def write(artifacts: Mapping[str, str], out: Path) -> Outcome:
    """Write every artifact below `out`. Each file is replaced in one step; a full disk leaves the old files whole."""
    wanted = {**artifacts, LEDGER: "".join(f"{path}\n" for path in sorted(artifacts))}
    before = {path: _read(out / path) for path in wanted}
    stale = sorted(set(_ledger(out)) - set(wanted))
    staged = _stage({p: t for p, t in wanted.items() if before[p] != t}, out)
    for temporary, target in staged:
        temporary.replace(target)
    for path in stale:
        (out / path).unlink(missing_ok=True)
        _remove_empty((out / path).parent, out)
    return Outcome(
        added=tuple(p for p, old in before.items() if old is None),
        changed=tuple(p for p, old in before.items() if old is not None and old != wanted[p]),
        removed=tuple(stale),
        unchanged=sum(1 for p, old in before.items() if old == wanted[p]),
    )


def _stage(texts: Mapping[str, str], out: Path) -> list[tuple[Path, Path]]:
    staged: list[tuple[Path, Path]] = []
    try:
        for path, text in texts.items():
            target = out / path
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".obs-", dir=target.parent)
            staged.append((Path(name), target))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(name).chmod(0o644)
    except BaseException:  # an interruption leaves no temporary files behind either
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
        raise
    return staged


def _ledger(out: Path) -> list[str]:
    """Paths of the last build, only such as lie inside the output folder."""
    paths = (_read(out / LEDGER) or "").splitlines()
    return [p for p in paths if p and not Path(p).is_absolute() and ".." not in Path(p).parts]


def _read(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None


def _remove_empty(folder: Path, out: Path) -> None:
    while folder != out and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def read_folder(folder: Path) -> dict[str, str]:
    """The files of an earlier build below `folder`, path -> text; empty when there was none."""
    return {path: text for path in _ledger(folder) if (text := _read(folder / path)) is not None}
