"""The engines that the other tests rely on start, answer and end."""

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engines.build import build
from tests.engines.cluster import Cluster
from tests.engines.commands import NotToBeHad
from tests.engines.kinds import GROUPS
from tests.engines.processes import EngineFailed, free_port, running
from tests.engines.recipes import ENGINES
from tests.engines.schemas import file_name, write_schemas
from tests.render.kube_schemas import strict


def test_every_recipe_is_pinned_exactly_and_stands_in_a_known_group() -> None:
    assert {engine.group for engine in ENGINES} == set(GROUPS)
    assert len({engine.name for engine in ENGINES}) == len(ENGINES)
    assert [each.name for each in ENGINES if "latest" in repr(each.recipe) or "master" in repr(each.recipe)] == []


def test_without_a_go_toolchain_an_engine_is_not_to_be_had_and_the_reason_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotToBeHad, match="no Go toolchain on PATH"):
        build(ENGINES[0], folder=tmp_path)


@pytest.mark.engine("prometheus")
def test_a_server_answers_while_its_block_lasts_and_is_gone_afterwards(
    engine: Callable[[str], Path], tmp_path: Path
) -> None:
    (tmp_path / "prometheus.yaml").write_text("global: {}\n", encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    command = [
        engine("prometheus"),
        f"--config.file={tmp_path / 'prometheus.yaml'}",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address={address}",
    ]
    with running(command, ready_url=f"http://{address}/-/ready", log=tmp_path / "log") as process:
        with urllib.request.urlopen(f"http://{address}/api/v1/status/buildinfo", timeout=5) as answer:
            assert json.load(answer)["data"]["version"].startswith("3.")
    assert process.poll() is not None


@pytest.mark.engine("prometheus")
def test_a_server_that_ends_at_once_fails_with_the_end_of_its_log(
    engine: Callable[[str], Path], tmp_path: Path
) -> None:
    command = [engine("prometheus"), f"--config.file={tmp_path / 'missing.yaml'}"]
    with pytest.raises(EngineFailed, match=r"missing\.yaml"):
        with running(command, ready_url="http://127.0.0.1:9/", log=tmp_path / "log"):
            pass


def test_a_kind_becomes_one_strict_schema_that_holds_all_it_refers_to(tmp_path: Path) -> None:
    kind = {"group": "apps.example.org", "version": "v1", "kind": "Thing"}
    swagger = {
        "definitions": {
            "thing": {
                "type": "object",
                "properties": {"spec": {"$ref": "#/definitions/spec"}},
                "x-kubernetes-group-version-kind": [kind],
            },
            "spec": {"type": "object", "properties": {"size": {"type": "integer"}}},
            "other": {"type": "object"},
        }
    }
    (tmp_path / "swagger.json").write_text(json.dumps(swagger), encoding="utf-8")
    assert write_schemas(swagger=tmp_path / "swagger.json", into=tmp_path / "schemas") == 1
    schema = json.loads((tmp_path / "schemas" / file_name(kind)).read_text(encoding="utf-8"))
    assert file_name(kind) == "thing-apps-v1.json"
    assert schema["properties"]["apiVersion"] == {"const": "apps.example.org/v1"}
    assert schema["definitions"] == {
        "spec": {"type": "object", "properties": {"size": {"type": "integer"}}, "additionalProperties": False}
    }


@pytest.mark.cluster
def test_the_cluster_takes_an_object_and_lets_it_go(cluster: Cluster) -> None:
    assert cluster.kubectl("create", "configmap", "short-lived").returncode == 0
    deleted = cluster.kubectl("delete", "configmap", "short-lived", "--timeout=60s")
    assert deleted.returncode == 0, deleted.stderr


def test_a_definition_becomes_strict_but_for_what_the_api_server_takes_unread() -> None:
    text = {"type": "string", "x-kubernetes-list-type": "set", "description": "a text"}
    open_object = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    of = {"type": "object", "properties": {"properties": text, "podTemplate": open_object, "config": open_object}}
    assert strict({"type": "array", "items": of}) == {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "properties": {"type": "string"},
                "podTemplate": {"$ref": "#/definitions/io.k8s.api.core.v1.PodTemplateSpec"},
                "config": {"type": "object"},
            },
            "additionalProperties": False,
        },
    }
