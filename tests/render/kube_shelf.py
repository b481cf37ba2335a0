"""Whole bundles on disk, as `obs build` leaves them, for kustomize, kubeconform and a cluster to read."""

from functools import cache
from pathlib import Path

from obs.bundle import render
from obs.model.platform import Mode
from tests.render.kube_plans import plan

FOLDERS = ("alerts", "dashboards", "exporters/deploy", "fluentd", "kibana")
MODES: tuple[Mode, ...] = ("standalone", "operator")


@cache
def texts(mode: Mode) -> dict[str, str]:
    """Path -> text of the hand-made platform's bundle."""
    return dict(render(plan(mode)).artifacts)


def write(found: dict[str, str], folder: Path) -> Path:
    """The bundle in a folder; returns the folder."""
    for path, text in found.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
