"""The shelf folders judged by the tools that will read them: kustomize, and kubeconform with strict schemas."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from obs.conventions import CONFIGMAP_LIMIT
from obs.model.platform import Mode
from tests.render.kube_objects import WORKLOADS, mounted_config_maps
from tests.render.kube_schemas import locations
from tests.render.kube_shelf import FOLDERS, MODES, PLATFORMS, applied, texts, write

LAST_APPLIED = 262_144
"""Bytes of all annotations of one object; a plain `kubectl apply` keeps the whole object in one of them."""

pytestmark = pytest.mark.engine("kustomize", "kubeconform", "kubernetes-schemas", "operator-crds")
Engine = Callable[[str], Path]


@pytest.fixture(scope="module", params=[(p, m) for p in PLATFORMS for m in MODES], ids=" ".join)
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each platform's bundle in each mode, on disk."""
    platform, mode = request.param
    return write(texts(platform, mode), tmp_path_factory.mktemp(mode))


def built(engine: Engine, folder: Path) -> str:
    """What `kubectl apply -k` would send."""
    done = subprocess.run([engine("kustomize"), "build", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def judged(engine: Engine, schemas: Path, objects: str) -> subprocess.CompletedProcess[str]:
    """kubeconform's verdict, with nothing skipped and nothing ignored."""
    command = [str(engine("kubeconform")), "-strict", *locations(schemas)]
    return subprocess.run(command, input=objects, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("folder", FOLDERS)
def test_kustomize_builds_objects_that_fit_the_strict_schemas(
    folder: str, shelf: Path, engine: Engine, tmp_path: Path
) -> None:
    for found in (one for one in applied(shelf) if one == shelf / folder):
        done = judged(engine, tmp_path, built(engine, found))
        assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("mode", MODES)
def test_every_folder_of_the_reference_platform_is_judged(mode: Mode, tmp_path: Path) -> None:
    found = applied(write(texts("opendax", mode), tmp_path))
    assert [str(folder.relative_to(tmp_path)) for folder in found] == list(FOLDERS)


def test_every_name_of_a_generated_map_was_replaced_by_its_hashed_one(shelf: Path, engine: Engine) -> None:
    for folder in applied(shelf):
        objects = list(yaml.safe_load_all(built(engine, folder)))
        made = {one["metadata"]["name"] for one in objects if one["kind"] == "ConfigMap"}
        mounted = {name for one in objects if one["kind"] in WORKLOADS for name, _ in mounted_config_maps(one)}
        assert mounted <= made


def test_no_object_outgrows_the_api_server_or_a_plain_apply(shelf: Path, engine: Engine) -> None:
    for folder in applied(shelf):
        for one in yaml.safe_load_all(built(engine, folder)):
            assert len(json.dumps(one).encode()) < min(LAST_APPLIED, CONFIGMAP_LIMIT), one["metadata"]["name"]


def test_a_misspelt_field_would_have_been_found(engine: Engine, tmp_path: Path) -> None:
    wrong = texts("made by hand", "standalone")["alerts/manifests/prometheus.yaml"].replace(
        "serviceName:", "serviceNames:", 1
    )
    assert "serviceNames" in judged(engine, tmp_path, wrong).stdout


@pytest.mark.parametrize(
    ("file", "right"),
    [
        ("alerts/operator/podmonitor-gateway.yaml", "sourceLabels"),
        ("alerts/operator/probe-peatio-db.yaml", "staticConfig"),
        ("alerts/operator/rules-envoy.yaml", "groups"),
        ("alerts/operator/servicemonitor-kubelet.yaml", "attachMetadata"),
        ("kibana/manifests/eck.yaml", "nodeSets"),
        ("kibana/manifests/eck.yaml", "nodeAffinity"),
        ("kibana/manifests/eck.yaml", "elasticsearchRef"),
    ],
)
def test_a_misspelt_field_of_an_operators_object_would_have_been_found(
    file: str, right: str, engine: Engine, tmp_path: Path
) -> None:
    text = texts("opendax", "operator")[file]
    wrong = text.replace(f"{right}:", f"{right}s:", 1)
    assert (judged(engine, tmp_path, text).stdout, wrong == text) == ("", False)
    assert f"{right}s" in judged(engine, tmp_path, wrong).stdout
