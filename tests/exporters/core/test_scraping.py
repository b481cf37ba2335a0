"""One scrape: shared by those who meet, cut at its deadline, and never without a page."""

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from obs_exporter.collect import Deadline
from obs_exporter.exposition import Format
from obs_exporter.page import Page
from obs_exporter.scrape import Scraper
from tests.exporters.core.fake import ROWS, FakeCollector, FakeTarget
from tests.exporters.core.serving import Answer, eventually, serving

SHORT = {name.removeprefix("fake_"): row for name, row in ((row.name, row) for row in ROWS)}


def scraper(*collectors: FakeCollector, wall: float = 1000.0) -> Scraper:
    target = FakeTarget(name="one", collectors=collectors)
    return Scraper(target, rows=SHORT, wall=lambda: wall)


def lines(page: Page) -> list[str]:
    return page.render(Format.TEXT).decode().splitlines()


def scraped(scraper: Scraper, *seconds: float) -> list[list[str]]:
    """Pages of scrapes that begin together, each with so much time."""

    async def together() -> list[Page]:
        return await asyncio.gather(*(scraper.scrape(Deadline(each)) for each in seconds))

    return [lines(page) for page in asyncio.run(together())]


def test_scrapes_that_meet_cost_the_target_one_run() -> None:
    one = FakeCollector(name="one", seconds=0.1)
    pages = scraped(scraper(one), *[5.0] * 20)
    assert one.runs == 1
    assert all('fake_depth{queue="queue.0"} 0.0' in page for page in pages)


def test_a_scrape_after_another_is_a_run_of_its_own() -> None:
    one = FakeCollector(name="one")
    both = scraper(one)

    async def twice() -> None:
        await both.scrape(Deadline(1))
        await both.scrape(Deadline(1))

    asyncio.run(twice())
    assert one.runs == 2


def test_a_late_collector_is_cancelled_and_reported_and_the_others_are_served() -> None:
    slow, fast = FakeCollector(name="slow", seconds=30), FakeCollector(name="fast")
    started = time.monotonic()
    [page] = scraped(scraper(slow, fast), 0.2)
    assert time.monotonic() - started < 5
    assert slow.cancelled == 1
    assert 'fake_collector_success{collector="slow"} 0.0' in page
    assert 'fake_collector_success{collector="fast"} 1.0' in page
    assert 'fake_depth{queue="queue.0"} 0.0' in page
    assert "fake_up 1.0" in page


def test_a_collector_that_will_not_be_cancelled_holds_up_no_page() -> None:
    started = time.monotonic()

    async def once() -> Page:
        page = await scraper(FakeCollector(name="stubborn", seconds=30, fails="stubborn")).scrape(Deadline(0.1))
        assert time.monotonic() - started < 1.9, "it goes on for two seconds after it was cancelled"
        return page

    assert 'fake_collector_success{collector="stubborn"} 0.0' in lines(asyncio.run(once()))


def test_one_who_joins_with_less_time_gets_a_page_in_time_and_cuts_nobody_short() -> None:
    patient, hurried = scraped(scraper(FakeCollector(name="one", seconds=2)), 9.0, 0.1)
    assert 'fake_collector_success{collector="one"} 0.0' in hurried
    assert 'fake_collector_success{collector="one"} 1.0' in patient


def test_a_failure_keeps_what_was_learned_before_it_and_its_last_success_ages() -> None:
    one = FakeCollector(name="one")
    aging = scraper(one, wall=1000.0)

    async def twice() -> list[Page]:
        first = await aging.scrape(Deadline(1))
        one.fails = "unreachable"
        return [first, await aging.scrape(Deadline(1))]

    first, second = map(lines, asyncio.run(twice()))
    assert 'fake_last_success_timestamp_seconds{collector="one"} 1000.0' in first
    assert 'fake_last_success_timestamp_seconds{collector="one"} 1000.0' in second
    assert 'fake_runs_total{collector="one"} 2.0' in second
    assert not [line for line in second if line.startswith("fake_depth")]
    assert "fake_up 0.0" in second


def test_a_bug_in_a_collector_is_a_failure_of_that_collector() -> None:
    [page] = scraped(scraper(FakeCollector(name="broken", fails="bug"), FakeCollector(name="fast")), 1.0)
    assert 'fake_collector_success{collector="broken"} 0.0' in page
    assert 'fake_collector_success{collector="fast"} 1.0' in page


def test_a_failure_is_logged_when_it_begins_and_when_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    one = FakeCollector(name="one", fails="unreachable")
    failing = scraper(one)

    async def four_times() -> None:
        for fails in ("unreachable", "unreachable", "", ""):
            one.fails = fails
            await failing.scrape(Deadline(1))

    with caplog.at_level("INFO"):
        asyncio.run(four_times())
    assert [record.getMessage() for record in caplog.records] == ["a collector fails", "a collector works again"]


def test_a_deadline_is_split_by_shares_of_what_is_left() -> None:
    now = [100.0]
    deadline = Deadline(10, clock=lambda: now[0])
    half = deadline.part(0.5)
    now[0] += 4
    assert (deadline.remaining(), half.remaining()) == (6, 1)
    now[0] += 10
    assert (deadline.remaining(), half.remaining()) == (0, 0)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [("1", 0.5, 1.4), ("0.9", 0.4, 1.3), ("1000", 1.5, 3), ("nan", 1.5, 3), ("soon", 1.5, 3), ("-1", 0.1, 1)],
)
def test_the_page_comes_half_a_second_before_prometheus_gives_up(
    header: str, least: float, most: float, tmp_path: Path
) -> None:
    stuck = {"name": "stuck", "collectors": [{"name": "stuck", "seconds": 60}, {"name": "fast"}]}
    with serving(tmp_path, targets=[stuck], scrape_timeout_seconds=2) as running:
        started = time.monotonic()
        page = running.get("/probe?target=stuck", X_Prometheus_Scrape_Timeout_Seconds=header)
        assert least <= time.monotonic() - started < most
        assert page.value('fake_collector_success{collector="fast"}') == 1
        assert page.value('fake_collector_success{collector="stuck"}') == 0


def test_families_over_their_limit_lose_series_and_say_so(tmp_path: Path) -> None:
    many = {"name": "many", "collectors": [{"name": "many", "series": 150}]}
    with serving(tmp_path, targets=[many], series_limit=100) as running:
        first, second = running.get("/probe?target=many"), running.get("/probe?target=many")
        itself = running.get("/metrics")
    assert first.value('fake_dropped_series{family="fake_depth"}') == 50
    assert itself.value('fake_exporter_dropped_series{target="many"}') == 50
    assert _series(first) == _series(second)
    assert len(_series(first)) == 100


def test_a_changed_configuration_is_taken_over_and_the_old_targets_end(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        running.write(targets=[{"name": "two", "collectors": []}])
        assert running.do(running.service.reload())
        assert (running.get("/probe?target=one").status, running.get("/probe?target=two").status) == (404, 200)
        assert eventually(lambda: "close" in running.made[0].events)
        assert [target.events for target in running.made] == [["start", "close"], ["start"]]


@pytest.mark.parametrize(
    "bad",
    [
        {"targets": []},
        {"targets": [{"name": "two"}]},
        {"listen": "0.0.0.0:1"},
        {"targets": [{"name": "two", "collectors": []}, {"name": "two", "collectors": []}]},
        {"log_level": "loud"},
    ],
)
def test_a_bad_change_keeps_the_configuration_in_use_and_is_told(bad: dict[str, Any], tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        running.write(**bad)
        assert not running.do(running.service.reload())
        assert running.get("/probe?target=one").value("fake_up") == 1
        assert running.get("/metrics").value("fake_exporter_config_last_reload_successful") == 0
        running.write()
        assert running.do(running.service.reload())
        assert running.get("/metrics").value("fake_exporter_config_last_reload_successful") == 1


def test_a_scrape_under_way_is_answered_when_the_configuration_changes_or_the_program_ends(tmp_path: Path) -> None:
    slow = {"name": "slow", "collectors": [{"name": "slow", "seconds": 1}]}
    with serving(tmp_path, targets=[slow]) as running:
        answers: list[Answer] = []
        scraping = threading.Thread(target=lambda: answers.append(running.get("/probe?target=slow")))
        scraping.start()
        assert eventually(lambda: running.made[0].collectors[0].runs == 1)
        running.write(targets=[{"name": "two", "collectors": []}])
        running.do(running.service.reload())
        running.do(running.service.stop())
        scraping.join()
        assert answers[0].value('fake_collector_success{collector="slow"}') == 1
        with pytest.raises(OSError, match="refused"):
            running.get("/metrics")


def _series(answer: Answer) -> list[str]:
    return sorted(line for line in answer.body.splitlines() if line.startswith("fake_depth{"))
