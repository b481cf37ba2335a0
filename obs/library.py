"""The catalogue, read: every component folder with its runbook and its fault stories."""

from functools import cache
from importlib import import_module
from pathlib import Path

from obs.model.component import Component
from obs.model.fault import Faults
from obs.model.logs import LogFormat
from obs.model.plan import Knowledge, Library
from obs.runbooks import read_runbook
from obs.spec.faults import read_faults

ORDER = (
    *("envoy", "barong_authz", "event_api", "rabbitmq", "redis", "postgresql", "mysql"),
    *("kubernetes", "monitoring", "fluentd", "elasticsearch"),
)
"""Along the path of a request, outside in; components of other names follow in alphabetical order."""


CATALOG = Path(__file__).parent / "catalog"
"""The folder itself: `importlib.resources`, which would find it in a zip, too, is slow to read."""
SHARED = frozenset({"applications"})
"""Folders of the catalogue that are no component: log formats of pods that nothing scrapes."""


def names() -> tuple[str, ...]:
    """Names of all component folders, in catalogue order."""
    packages = {entry.name for entry in CATALOG.iterdir() if (entry / "__init__.py").is_file()}
    found = packages - SHARED
    return (*(n for n in ORDER if n in found), *sorted(found - set(ORDER)))


@cache
def components() -> dict[str, Component]:
    """Every component by name, without runbooks and stories: enough to read a spec."""
    return {name: import_module(f"obs.catalog.{name}").COMPONENT for name in names()}


def load() -> Library:
    """Everything the catalogue knows."""
    return {name: knowledge(component) for name, component in components().items()}


def knowledge(component: Component) -> Knowledge:
    """One folder, whole. FaultsError names what is wrong with its faults.yaml; missing files read as empty."""
    folder = CATALOG / component.name
    runbook, faults = _text(folder / "runbook.md"), _text(folder / "faults.yaml")
    return Knowledge(
        component=component,
        runbook=read_runbook(runbook, component.name),
        faults=read_faults(faults, f"obs/catalog/{component.name}/faults.yaml", component) if faults else Faults(),
        grants=_grants(folder / "grants"),
    )


def log_formats() -> dict[str, tuple[LogFormat, Path]]:
    """Every log format of the catalogue by name, with the folder of its samples."""
    applications: tuple[LogFormat, ...] = import_module("obs.catalog.applications").APPLICATIONS
    folders = {f.name: (f, CATALOG / "applications" / "samples" / f.name) for f in applications}
    for component in components().values():
        if component.logs:
            folders[component.logs.name] = (component.logs, CATALOG / component.name / "samples")
    return dict(sorted(folders.items()))


def _grants(folder: Path) -> dict[str, str]:
    files = [file for file in folder.iterdir() if file.name.endswith(".sql")] if folder.is_dir() else []
    return {file.name: _text(file) for file in sorted(files, key=lambda file: file.name)}


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""
