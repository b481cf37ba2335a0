"""A spec of the small platform on disk, and a way to type commands."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from obs import library
from obs.cli import cli, run
from tests.small import SPEC


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Type = Callable[..., Said]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Type:
    """Type a command: `typed("build", spec, "--out", folder)`."""

    def type_(*words: object) -> Said:
        code = run(lambda: cli.main(args=[str(w) for w in words], prog_name="obs", standalone_mode=False))
        captured = capsys.readouterr()
        return Said(code=code, out=captured.out, err=captured.err)

    return type_


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """The small platform's spec as a file."""
    implied = [name for name, c in library.components().items() if c.implied]
    path = tmp_path / "small.yaml"
    path.write_text(SPEC + (f"without: [{', '.join(implied)}]\n" if implied else ""), encoding="utf-8")
    return path
