"""`obs apply elasticsearch` on a real node: everything once, nothing the second time, and what differs in between."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from obs import cli
from obs.commands.problems import Problems
from tests.engines.processes import free_port
from tests.engines.servers.rest import Rest
from tests.search.bodies import APPLIED

pytestmark = [pytest.mark.xdist_group("search"), pytest.mark.engine("elasticsearch-node")]

OBJECTS = 3 * 2 + 1 + 1 + 2 + 4
"""Policy and template per stream (class, others, dead letters), snapshots, pipeline, two components, four roles."""


@pytest.fixture(scope="module")
def apply(elasticsearch_node: Rest, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """Runs the command for a retention; every object of these tests is gone before and after them."""
    spec = tmp_path_factory.mktemp("apply") / "applied.yaml"

    def run(*options: str, retention: str = "90d", url: str = elasticsearch_node.url, password: str = "") -> Result:
        spec.write_text(APPLIED.replace("RETENTION", retention), encoding="utf-8")
        login = {
            "ELASTICSEARCH_USER": elasticsearch_node.user,
            "ELASTICSEARCH_PASSWORD": password or elasticsearch_node.password,
        }
        command = ["apply", "elasticsearch", str(spec), "--url", url, *options]
        return CliRunner().invoke(cli.cli, command, env=login)

    forget(elasticsearch_node)
    return run


def forget(node: Rest) -> None:
    """Take away what other tests may have put under the same names."""
    for path in ("_index_template/obs-logs-*", "_component_template/obs-logs@*"):
        node.ask("DELETE", path)


def test_a_dry_run_tells_what_is_new_and_changes_nothing(
    apply: Callable[..., Result], elasticsearch_node: Rest
) -> None:
    said = apply("--dry-run")
    assert said.exit_code == 0, said.output
    assert "+ index-templates/obs-logs-applied" in said.output
    assert elasticsearch_node.ask("GET", "_index_template/obs-logs-applied").status == 404


def test_the_first_run_puts_all_and_the_second_nothing(apply: Callable[..., Result]) -> None:
    assert apply().exit_code == 0
    again = apply("--dry-run")
    assert again.output == f"0 to change, {OBJECTS} as they should be\n"
    assert apply().output == "0 changed\n"


def test_a_changed_retention_changes_its_policy_and_the_snapshots_and_is_shown(apply: Callable[..., Result]) -> None:
    assert apply().exit_code == 0
    said = apply("--dry-run", retention="30d")
    assert "~ lifecycle-policies/obs-logs-applied" in said.output
    assert "    policy.phases.delete.min_age: 90d -> 30d\n" in said.output
    assert f"2 to change, {OBJECTS - 2} as they should be" in said.output
    assert apply(retention="30d").output.endswith("2 changed\n")


def test_a_hand_that_changed_something_is_seen(apply: Callable[..., Result], elasticsearch_node: Rest) -> None:
    assert apply().exit_code == 0
    role = elasticsearch_node.ask("GET", "_security/role/obs-log-writer").body["obs-log-writer"]
    role["indices"][0]["privileges"].append("delete")
    role.pop("transient_metadata")
    assert elasticsearch_node.ask("PUT", "_security/role/obs-log-writer", role).status == 200
    said = apply("--dry-run")
    assert "~ roles/obs-log-writer" in said.output
    assert "1 to change" in said.output
    assert apply().output.endswith("1 changed\n")


def test_a_wrong_password_is_told_in_elasticsearchs_words(apply: Callable[..., Result]) -> None:
    problems = apply(password="wrong").exception
    assert isinstance(problems, Problems)
    assert "Elasticsearch answered 401" in problems.lines[0]


def test_nobody_at_the_address_is_told(apply: Callable[..., Result]) -> None:
    problems = apply(url=f"http://127.0.0.1:{free_port()}").exception
    assert isinstance(problems, Problems)
    assert "is the address right" in problems.lines[0]


def test_a_platform_without_logs_has_nothing_to_apply(tmp_path: Path) -> None:
    spec = tmp_path / "quiet.yaml"
    spec.write_text(APPLIED.partition("logging:")[0], encoding="utf-8")
    problems = CliRunner().invoke(cli.cli, ["apply", "elasticsearch", str(spec)]).exception
    assert isinstance(problems, Problems)
    assert "give the spec a logging section" in problems.lines[0]
