"""`obs apply kibana` against a stand-in that enforces Kibana's import rules, and the file itself against them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from obs import cli
from obs.commands.problems import Problems
from obs.publish import kibana as people
from obs.render.kibana import objects
from tests.engines.processes import free_port
from tests.engines.servers.kibana import Store, kibana
from tests.search.bodies import APPLIED
from tests.search.questions import SPEC, reference_plan


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("apply") / "applied.yaml"
    file.write_text(APPLIED.replace("RETENTION", "30d"), encoding="utf-8")
    return file


@pytest.fixture
def store() -> Iterator[Store]:
    with kibana(authorization="ApiKey a-key") as running:
        yield running


@pytest.fixture
def apply(store: Store, spec: Path) -> Callable[..., Result]:
    """Runs the command against the stand-in, or another address."""

    def run(*options: str, key: str = "a-key", url: str = store.url) -> Result:
        command = ["apply", "kibana", str(spec), "--url", url, *options]
        return CliRunner().invoke(cli.cli, command, env={"ELASTICSEARCH_API_KEY": key})

    return run


def lines(change: Callable[[list[dict[str, Any]]], object] = lambda made: None) -> str:
    """The reference platform's objects, changed, one a line."""
    made = json.loads(json.dumps(list(objects(reference_plan()))))
    change(made)
    return "\n".join(json.dumps(one) for one in made)


def test_the_whole_file_is_taken_and_taken_again_in_place(apply: Callable[..., Result], store: Store) -> None:
    assert "objects imported, 0 of them in place of older ones" in apply().output
    total = len(store.objects)
    assert apply().output == f"{total} objects imported, {total} of them in place of older ones\n"
    assert ("default", "dashboard", "obs-logs-gateway") in store.objects


def test_dashboards_are_put_as_code_when_asked(apply: Callable[..., Result], store: Store) -> None:
    assert apply("--as-code").output.endswith(" dashboards put as code\n")
    imported = {name for _, kind, name in store.objects if kind == "dashboard"}
    assert {name for _, name in store.dashboards} == imported
    assert store.dashboards["default", "obs-logs-gateway"]["panels"][0]["type"] == "markdown"


def test_dashboards_as_code_go_into_the_space_that_was_asked_for(apply: Callable[..., Result], store: Store) -> None:
    assert apply("--as-code", "--space", "support").exit_code == 0
    assert {space for space, _ in store.dashboards} == {"support"}


def test_an_older_kibana_takes_no_dashboards_as_code(apply: Callable[..., Result], store: Store) -> None:
    store.version = "9.4.1"
    problems = apply("--as-code").exception
    assert isinstance(problems, Problems)
    assert "dashboards as code need Kibana 9.5; leave --as-code out" in problems.lines[0]
    assert store.dashboards == {}


def test_every_dashboard_that_is_refused_as_code_is_named(store: Store) -> None:
    asked = people.Kibana(url=store.url, authorization="ApiKey a-key")
    drawn = '{"title": "One", "panels": [{"type": "map"}]}'
    bodies = {"one": drawn, "two": '{"titel": "Two"}', "three": '{"title": "3"}'}
    with pytest.raises(people.ImportRefused) as refused:
        people.put_dashboards(asked, bodies)
    assert [line.partition(":")[0] for line in refused.value.lines] == ["one", "two"]
    assert [name for _, name in store.dashboards] == ["three"]


def test_a_space_of_its_own_is_used(apply: Callable[..., Result], store: Store) -> None:
    assert apply("--space", "support").exit_code == 0
    assert {space for space, _, _ in store.objects} == {"support"}


def test_a_dry_run_tells_what_is_new_and_changes_nothing(apply: Callable[..., Result], store: Store) -> None:
    said = apply("--dry-run")
    assert "+ dashboard/obs-logs-gateway" in said.output
    assert store.objects == {}


def test_a_wrong_key_is_told_in_kibanas_words(apply: Callable[..., Result], store: Store) -> None:
    problems = apply(key="another").exception
    assert isinstance(problems, Problems)
    assert problems.lines == (f"{store.url}: Kibana answered 401: Unauthorized",)


def test_nobody_at_the_address_is_told(apply: Callable[..., Result]) -> None:
    problems = apply(url=f"http://127.0.0.1:{free_port()}").exception
    assert isinstance(problems, Problems)
    assert "is the address right" in problems.lines[0]


def without(kind: str) -> Callable[[list[dict[str, Any]]], object]:
    """All objects of a type are left out."""

    def change(made: list[dict[str, Any]]) -> None:
        made[:] = [one for one in made if one["type"] != kind]

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda made: made.append(made[0]), "Kibana answered 400: Non-unique import objects detected"),
        (lambda made: made[-1].pop("typeMigrationVersion"), "Kibana answered 500"),
        (lambda made: made[-1].update(typeMigrationVersion="10.9.0"), "Kibana answered 422: Document"),
        (lambda made: made[-1]["attributes"].update(sections=[]), "Kibana answered 400: \\[attributes.sections\\]"),
        (lambda made: made[0].update(type="view"), "view obs-logs: unsupported_type"),
        (without("index-pattern"), "missing_references: refers to index-pattern obs-logs, which is not there"),
    ],
)
def test_what_kibana_refuses_is_told(change: Callable[[Any], object], said: str) -> None:
    with kibana() as store, pytest.raises(people.ImportRefused, match=said):
        people.load(people.Kibana(url=store.url), lines(change))


def test_the_stand_in_refuses_forms_kibana_would_refuse(store: Store) -> None:
    asked = people.Kibana(url=store.url, authorization="ApiKey a-key")
    with pytest.raises(people.ImportRefused, match="expected value of type"):
        asked.ask("POST", "/api/saved_objects/_import", b"x", "multipart/form-data; boundary=y")


def test_the_reference_platforms_file_is_taken_whole() -> None:
    with kibana() as store:
        assert people.load(people.Kibana(url=store.url), lines()) == (len(list(objects(reference_plan()))), 0)


def test_the_shelf_holds_the_same_objects() -> None:
    shelf = Path(SPEC).parents[1] / "kibana" / "obs.ndjson"
    assert [json.loads(line) for line in shelf.read_text(encoding="utf-8").splitlines()] == list(
        objects(reference_plan())
    )
