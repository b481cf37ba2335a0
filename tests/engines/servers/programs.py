"""Where a server's programs are: in this system, or in the root of another release (see tests/engines/versions.py)."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.engines.processes import FOLDER, EngineFailed, engine_path
from tests.engines.suites import inside

CHOSEN = "OBS_SERVER"
"""The environment's choice: a name such as mysql-8.4 instead of this system's server of its kind."""
FOLDERS = ("usr/sbin", "usr/bin")


@dataclass(frozen=True, kw_only=True)
class Programs:
    """One server's programs. `server` is the path of the one that serves; `root` is None for this system's own."""

    server: Path
    root: Path | None = None

    def command(self, program: str, *words: object, user: int | None = None) -> list[str]:
        """A command of a program, as another account where that is asked for."""
        path = self._found(program)
        if self.root is not None:
            seen = Path("/") / path.relative_to(self.root)
            return inside(self.root, [seen, *words], shared=[Path(tempfile.gettempdir())], user=user)
        drop = [] if user is None else ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        return [str(word) for word in (*drop, path, *words)]

    def run(self, program: str, *words: object, user: int | None = None, seconds: float = 120) -> str:
        """What a program says that ends by itself. Raises EngineFailed with its last words."""
        command: Sequence[str] = self.command(program, *words, user=user)
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False, cwd="/")
        if done.returncode:
            raise EngineFailed(f"{command} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def _found(self, program: str) -> Path:
        """Beside the server, or where programs are; of this system also where the installer knows it."""
        folders = [self.server.parent, *((self.root or Path("/")) / folder for folder in FOLDERS)]
        for folder in folders:
            if (folder / program).exists():
                return folder / program
        return engine_path(program)


def chosen(*kinds: str) -> str:
    """The name of the server the environment chooses for one of these kinds, "" for this system's own."""
    name = os.environ.get(CHOSEN, "")
    return name if name.rpartition("-")[0] in kinds else ""


def programs_of(engine: str, *kinds: str) -> Programs:
    """The chosen server of these kinds, or this system's `engine`. Raises FileNotFoundError where neither is there."""
    name = chosen(*kinds)
    if not name:
        return Programs(server=engine_path(engine).resolve())
    return Programs(server=engine_path(name), root=FOLDER / "versions" / name)
