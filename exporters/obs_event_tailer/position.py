"""Where reading ended, in a file that outlives the container: a restarted one goes on there."""

from pathlib import Path


class PositionFile:
    """Keeps the last state of the cluster that was printed; without a path, nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def read(self) -> str:
        """The state; "" where none is kept, or none that can be read."""
        try:
            return self._path.read_text(encoding="ascii").strip() if self._path else ""
        except (OSError, UnicodeDecodeError):
            return ""

    def write(self, state: str) -> None:
        """Replace the file as a whole, so that it is never half written. Raises OSError."""
        if self._path is None:
            return
        fresh = self._path.with_suffix(".new")
        fresh.write_text(f"{state}\n", encoding="ascii")
        fresh.replace(self._path)
