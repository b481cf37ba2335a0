"""The rules of the house: a failure is the sentence a reviewer would type."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "obs").rglob("*.py")) + sorted((ROOT / "exporters").rglob("*.py"))
GENERATOR = [p for p in SOURCES if p.is_relative_to(ROOT / "obs")]
EVERYTHING = SOURCES + sorted((ROOT / "tests").rglob("*.py")) + sorted((ROOT / "bench").rglob("*.py"))
LONGEST_FILE = 300
LONGEST_FUNCTION = 70

MAY_IMPORT = {
    "model": {"model"},
    "conventions": set(),
    "catalog": {"model", "conventions", "catalog"},
    "resolve": {"model", "conventions", "resolve"},
    "render": {"model", "conventions", "render", "printer"},
    "check": {"model", "conventions", "check", "resolve"},
    "publish": {"model", "conventions", "publish", "printer"},
    "spec": {"model", "conventions", "spec", "resolve", "catalog"},
    "printer": set(),
    "runbooks": {"model"},
    "mixin": {"model", "conventions", "printer"},
    "review": {"spec"},
    "library": {"model", "spec", "runbooks"},
    "bundle": {"model", "render", "resolve"},
    "pages": {"library", "check", "spec", "printer", "render"},
    "prove": {"model", "conventions", "render", "prove", "printer"},
}
"""Part of obs -> parts it may know; cli and commands may know all."""

DOORS = {
    "yaml": ("obs/spec/yaml_", "obs/printer.py", "exporters/obs_exporter/config_yaml.py"),
    "bcrypt": ("exporters/obs_exporter/web.py",),
    "jsonschema": ("obs/spec/",),
    "grafanalib": ("obs/render/grafana",),
    "_gojsonnet": ("obs/mixin.py",),
    "elasticsearch": ("obs/publish/",),
    "kubernetes": ("obs/publish/", "exporters/obs_event_tailer/client.py"),
    "click": ("obs/cli.py", "obs/commands/"),
    "promql_parser": ("obs/check/promql.py", "obs/check/shapes.py"),
    "prometheus_client": ("exporters/obs_exporter/runtime.py",),  # pages are written by hand
    "aiormq": tuple(f"exporters/obs_event_exporter/{name}.py" for name in ("amqp", "declare", "tap")),
    "h11": ("exporters/",),
    "jwt": ("exporters/obs_authz_exporter/jwt.py", "exporters/obs_event_exporter/events.py"),
    "pymysql": ("exporters/obs_db_exporter/mysql",),
    "psycopg": ("exporters/obs_db_exporter/postgresql",),
}
"""Third-party library -> the files that may import it."""

IMPURE = {"datetime.now", "time.time", "random", "os.environ", "socket", "urllib.request", "subprocess"}
PURE_PARTS = ("model", "catalog", "resolve", "render", "check")


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _part(path: Path) -> str:
    name = path.relative_to(ROOT / "obs").parts[0]
    return name.removesuffix(".py")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "obs":
                yield from (f"obs.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", GENERATOR, ids=_relative)
def test_imports_go_one_way(path: Path) -> None:
    part = _part(path)
    known = {name.split(".")[1] for name in _imports(path) if name.startswith("obs.") and name != "obs.__version__"}
    allowed = MAY_IMPORT.get(part)
    strangers = sorted(known - allowed) if allowed is not None else []
    told = ", obs.".join(strangers)
    assert not strangers, f"{_relative(path)} imports obs.{told}; {part} may know only {sorted(allowed or ())}"


@pytest.mark.parametrize("path", SOURCES, ids=_relative)
def test_each_library_has_one_door(path: Path) -> None:
    for name in _imports(path):
        doors = DOORS.get(name.split(".")[0])
        at_home = doors is None or _relative(path).startswith(doors)
        assert at_home, f"{_relative(path)} imports {name}; its door is {doors}"


@pytest.mark.parametrize("path", sorted((ROOT / "obs" / "catalog").glob("*/*.py")), ids=_relative)
def test_no_component_imports_another(path: Path) -> None:
    own = f"obs.catalog.{path.parent.name}"
    folders = {p.name for p in (ROOT / "obs" / "catalog").iterdir() if p.is_dir()}
    siblings = [n for n in _imports(path) if n.startswith("obs.catalog.") and n.split(".")[2] in folders]
    others = [n for n in siblings if not n.startswith(own)]
    assert not others, f"{_relative(path)} imports {others[0]}; what two components share belongs beside them"


@pytest.mark.parametrize("path", sorted((ROOT / "exporters").rglob("*.py")), ids=_relative)
def test_exporters_and_generator_do_not_import_each_other(path: Path) -> None:
    assert not [n for n in _imports(path) if n == "obs" or n.startswith("obs.")], f"{_relative(path)} imports obs"


@pytest.mark.parametrize("path", GENERATOR, ids=_relative)
def test_the_generator_does_not_import_exporters(path: Path) -> None:
    assert not [n for n in _imports(path) if n.startswith("obs_")], f"{_relative(path)} imports an exporter"


@pytest.mark.parametrize("path", EVERYTHING, ids=_relative)
def test_files_stay_readable(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{_relative(path)} has {lines} lines; over {LONGEST_FILE} the shape is wrong"


@pytest.mark.parametrize("path", EVERYTHING, ids=_relative)
def test_functions_stay_readable(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{_relative(path)}:{node.lineno} {node.name} has {length} lines"


@pytest.mark.parametrize("path", SOURCES, ids=_relative)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{_relative(path)} has no docstring"


def _raises_again(handler: ast.ExceptHandler) -> bool:
    """Whether what was caught goes on: such a handler tidies up and swallows nothing."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


@pytest.mark.parametrize("path", SOURCES, ids=_relative)
def test_nothing_is_caught_blindly_outside_the_command_line(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler) and _relative(path) != "obs/cli.py" and not _raises_again(node):
            caught = ast.unparse(node.type) if node.type else "everything"
            assert caught not in ("everything", "Exception", "BaseException"), f"{_relative(path)} catches {caught}"


@pytest.mark.parametrize("path", [p for p in GENERATOR if _part(p) in PURE_PARTS], ids=_relative)
def test_the_middle_is_pure(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = set(_imports(path)) | {ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    found = sorted((used & IMPURE) | (calls & {"open", "print", "input"}))
    told = ", ".join(found)
    assert not found, f"{_relative(path)} uses {told}; effects belong to publish, prove and the command line"
