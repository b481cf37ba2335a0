"""Every metric the catalogue reads of Redis, with its type and labels, is on the page of a real exporter."""

import re
from collections.abc import Iterator

import pytest

from obs import library
from obs.model.metric import Metric
from tests.engines.alertmanagers import eventually
from tests.engines.servers.redis import EXPORTER, SERVER, Redis, RedisRefused, exporter, redis
from tests.redis.stage import COMPONENT, QUEUE

pytestmark = [pytest.mark.engine(SERVER, EXPORTER), pytest.mark.xdist_group("redis-page")]
READ = library.components()[COMPONENT].sources[0].metrics
COUNTS = frozenset({"redis_slowlog_last_id"})
"""Told as gauges, and counters all the same."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What exporters tell of a primary, of its replica, and of a Redis that is not there."""
    folder = tmp_path_factory.mktemp("pages")
    absent = Redis(folder=folder / "absent")
    absent.folder.mkdir()
    with redis(folder / "one", "--appendonly", "yes") as primary, redis(folder / "two") as replica:
        replica.ask("REPLICAOF", "127.0.0.1", primary.port)
        assert eventually(lambda: "state=online" in primary.ask("INFO", "replication"), seconds=30)
        primary.ask("LPUSH", QUEUE, "1")
        with pytest.raises(RedisRefused, match="WRONGPASS"):
            primary.ask("AUTH", "peatio", "of-yesterday")
        measured = f"-check-single-keys=db0={QUEUE}"
        with exporter(primary, measured) as one, exporter(replica) as two, exporter(absent) as none:
            yield {"primary": one.page(), "replica": two.page(), "absent": none.page()}


def kind(metric: Metric, page: str) -> str:
    """The type a page says, as the catalogue takes it; "" where the page has no such family."""
    said = re.search(rf"^# TYPE {metric.name} (\w+)$", page, flags=re.MULTILINE)
    return "counter" if said and metric.name in COUNTS else said[1] if said else ""


@pytest.mark.parametrize("metric", READ, ids=lambda metric: str(metric.name))
def test_a_metric_is_on_the_page_as_it_is_declared(pages: dict[str, str], metric: Metric) -> None:
    both = pages["primary"] + pages["replica"]
    series = re.findall(rf"^{metric.name}(?:\{{(.*)\}})? \S+$", both, flags=re.MULTILINE)
    assert kind(metric, both) == metric.type
    assert series
    assert all(set(re.findall(r'(\w+)="', labels)) >= set(metric.labels) for labels in series)


@pytest.mark.parametrize("metric", [m for m in READ if not m.sparse], ids=lambda metric: str(metric.name))
def test_what_is_not_sparse_is_there_of_every_redis_that_answers(pages: dict[str, str], metric: Metric) -> None:
    assert kind(metric, pages["primary"])
    assert kind(metric, pages["replica"])


def test_of_a_redis_that_does_not_answer_nothing_is_told_but_that(pages: dict[str, str]) -> None:
    told = [metric.name for metric in READ if kind(metric, pages["absent"])]
    assert told == ["redis_up"]
    assert "redis_up 0" in pages["absent"].splitlines()


def test_roles_are_told_as_the_catalogue_asks_for_them(pages: dict[str, str]) -> None:
    assert re.search(r'^redis_instance_info\{.*maxmemory_policy="noeviction".*role="master"', pages["primary"], re.M)
    assert re.search(r'^redis_instance_info\{.*role="slave"', pages["replica"], re.M)


def test_an_error_is_told_by_its_first_word(pages: dict[str, str]) -> None:
    assert 'redis_errors_total{err="WRONGPASS"} 1' in pages["primary"].splitlines()
