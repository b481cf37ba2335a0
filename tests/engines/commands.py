"""Running a command of an installer, and what is said when one cannot be had."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

LAST_LINES = 12


class NotToBeHad(RuntimeError):
    """The reason, in plain words, why an engine cannot be installed here."""


def run(command: Sequence[str], *, cwd: Path | None = None, **environment: str) -> str:
    """Run a command, return its output, or say how it ended with its last lines."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if "downloading" not in line]
        said = " | ".join(lines[-LAST_LINES:])
        raise NotToBeHad(f"`{' '.join(command[:3])} …` ended with {done.returncode}: {said}")
    return done.stdout
