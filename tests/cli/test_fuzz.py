"""Two thousand mutated specs through `obs build`: no traceback, and a folder that is whole or not there at all."""

import random
import shutil
from pathlib import Path

import pytest

from obs import library
from obs.model.bundle import Bundle
from obs.model.plan import Plan
from tests.cli.conftest import Type
from tests.spec.mutate import mutate

EXAMPLES = Path(__file__).parents[2] / "examples"
SPECS = {name: (EXAMPLES / f"{name}.yaml").read_bytes() for name in ("minimal", "opendax")}
CASES, BATCH = 2000, 250
PRINTED = {"alerts/one.yaml": "one: 1\n", "dashboards/two.json": "{}\n"}
WHOLE = {*PRINTED, "alerts/.obs-files"}


def _judge(typed: Type, text: bytes, folder: Path) -> str:
    spec, out = folder / "spec.yaml", folder / "out"
    spec.write_bytes(text)
    said = typed("build", spec, "--out", out)
    assert said.code in (0, 1), said.err
    assert "Traceback" not in said.err
    written = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert (said.code == 0) == bool(written), said.err
    if written:
        assert written == WHOLE or written > {"dashboards/obs-overview.json"}
        shutil.rmtree(out)
    return "built" if written else "refused"


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is real but the printing of hundreds of files, so that thousands of builds take seconds."""
    known = library.load()
    monkeypatch.setattr("obs.commands.common.beside.checked", lambda plan: (_few(plan), []))
    monkeypatch.setattr("obs.commands.common.library.load", lambda: known)


def _few(plan: Plan) -> Bundle:
    return Bundle(plan=plan, artifacts=PRINTED)


@pytest.mark.usefixtures("printed")
@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("start", range(0, CASES // 2, BATCH))
def test_mutated_specs_give_a_whole_folder_or_none(typed: Type, tmp_path: Path, name: str, start: int) -> None:
    seen = [
        _judge(typed, mutate(SPECS[name], random.Random(f"{name} {number}")), tmp_path)
        for number in range(start, start + BATCH)
    ]
    assert "refused" in seen


def test_some_mutated_specs_pass_the_whole_pipeline(typed: Type, tmp_path: Path) -> None:
    seen = [_judge(typed, mutate(SPECS["minimal"], random.Random(f"whole {n}")), tmp_path) for n in range(12)]
    assert set(seen) <= {"built", "refused"}
    assert "refused" in seen
