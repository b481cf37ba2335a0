"""What the manifests tell Prometheus and Alertmanager, judged by the real programs: their flags and their folders."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.render.kube_objects import container, named, template
from tests.render.kube_shelf import texts

Engine = Callable[[str], Path]
SHELF = texts("made by hand", "standalone")


def workload(name: str) -> dict[str, object]:
    """A StatefulSet of the alerts folder."""
    return named(yaml.safe_load_all(SHELF[f"alerts/manifests/{name}.yaml"]), "StatefulSet", name)


def mounted(name: str, folder: Path) -> Path:
    """The pod's configuration folder, laid out as the projected volume says; secrets hold a made-up word."""
    for source in template(workload(name))["spec"]["volumes"][0]["projected"]["sources"]:
        for item in (source.get("configMap") or source["secret"])["items"]:
            file = folder / item["path"]
            file.parent.mkdir(parents=True, exist_ok=True)
            same = [text for path, text in SHELF.items() if path == f"alerts/{item['path']}"]
            file.write_text(same[0] if same else "made-up", encoding="utf-8")
    return folder


@pytest.mark.engine("prometheus", "alertmanager")
@pytest.mark.parametrize("name", ["prometheus", "alertmanager"])
def test_the_program_knows_every_flag_it_is_given(name: str, engine: Engine) -> None:
    said = subprocess.run([engine(name), "--help"], capture_output=True, text=True, check=False)
    flags = {argument.partition("=")[0] for argument in container(workload(name))["args"]}
    assert {flag for flag in flags if flag not in said.stdout + said.stderr} == set()


@pytest.mark.engine("promtool")
def test_prometheus_finds_its_rules_where_the_pod_mounts_them(engine: Engine, tmp_path: Path) -> None:
    folder = mounted("prometheus", tmp_path)
    command = [str(engine("promtool")), "check", "config", "--syntax-only", str(folder / "prometheus.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list((folder / "rules").glob("*.yaml"))) == len([p for p in SHELF if p.startswith("alerts/rules/")])


@pytest.mark.engine("amtool")
def test_alertmanager_finds_its_templates_where_the_pod_mounts_them(engine: Engine, tmp_path: Path) -> None:
    folder = mounted("alertmanager", tmp_path)
    command = [str(engine("amtool")), "check-config", str(folder / "alertmanager.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "1 templates" in done.stdout
