"""Commands of the runbook are understood by a real Redis: nobody looks them up at three in the morning."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.servers.redis import EXPORTER, SERVER, Redis, RedisRefused, exporter, redis

pytestmark = [pytest.mark.engine(SERVER), pytest.mark.xdist_group("redis-page")]
RUNBOOK = Path("obs/catalog/redis/runbook.md")
SAMPLES = {"password": "secret", "pattern": "x*", "user": "app", "key": "none", "id": "1"}
"""What stands in for a word the reader fills in."""
ELSEWHERE = re.compile(r"^REPLICAOF <|^CLIENT KILL|--intrinsic-latency")
"""Aimed at what one Redis has not, or a test of the machine that takes seconds."""
_CALL = re.compile(r"rc <job>-(?:[01]|\$n) ((?:[^`|;\"]|\"[^\"]*\")+)")


def commands() -> list[str]:
    """What the page hands to its helper, one command an entry, as it is written."""
    text = RUNBOOK.read_text(encoding="utf-8")
    return [found.strip() for found in dict.fromkeys(_CALL.findall(text)) if not ELSEWHERE.search(found)]


def filled(command: str) -> list[str]:
    """The words of a command, as a shell would part them."""
    return shlex.split(re.sub(r"<([a-z]+)>", lambda word: SAMPLES[word[1]], command))


def refusal(one: Redis, command: str) -> str:
    """What Redis says against a command; "" when it does it."""
    try:
        one.ask(*filled(command))
    except RedisRefused as refused:
        return str(refused)
    return ""


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    with redis(tmp_path_factory.mktemp("runbook") / "one") as made:
        made.ask("LPUSH", "queue:default", "{}")
        yield made


def test_the_page_has_the_commands_it_is_tested_for() -> None:
    assert len(commands()) > 40


@pytest.mark.parametrize("command", commands())
def test_redis_understands_a_command_of_the_page(one: Redis, command: str) -> None:
    said = refusal(one, command)
    assert not said or "in progress" in said, said


@pytest.mark.engine(EXPORTER)
def test_the_exporter_needs_no_more_rights_than_the_page_gives_it(one: Redis) -> None:
    [given] = [command for command in commands() if command.startswith("ACL SETUSER <user>")]
    one.ask(*filled(given), "on", ">of-today")
    login = ("-redis.user=app", "-redis.password=of-today", "-check-single-keys=db0=queue:default")
    with exporter(one, *login) as told:
        page = told.page().splitlines()
    assert {"redis_up 1", 'redis_key_size{db="db0",key="queue:default"} 1'} <= set(page)


def test_the_helper_takes_a_password_where_there_is_one() -> None:
    [helper] = re.findall(r"^rc\(\) \{ (.*); \}$", RUNBOOK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert '${REDIS_PASSWORD:+--no-auth-warning -a "$REDIS_PASSWORD"}' in helper
