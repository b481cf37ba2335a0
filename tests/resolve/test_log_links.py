"""Which lines an alert leads to, and how its address narrows them."""

import re
from dataclasses import replace
from urllib.parse import unquote

from obs.conventions import search_id
from obs.model.search import Board, Search
from obs.resolve.kibana_links import alert_logs_url, board_url, panel_logs_url
from obs.resolve.log_links import SearchLink, of_alert, of_dashboard
from tests.search.questions import reference_plan
from tests.small import small_plan


def search(name: str, *alerts: str) -> Search:
    return Search(name=name, title=name, help="For tests.", query="", columns=("message",), alerts=alerts)


GATEWAY = Board(
    name="gateway",
    title="Gateway",
    help="For tests.",
    query="a: b",
    component="envoy",
    searches=(search("failed"), search("slow", "EnvoyEdgeSlow", "AuthzSlow")),
    shown=("failed",),
)
GENERAL = Board(name="overview", title="All", help="For tests.", query="a: b", searches=(search("pod", "PodCrashes"),))
BOARDS = (GENERAL, GATEWAY)
OWN = (("service.name", "job"),)


def test_the_search_that_names_the_alert_is_opened_for_the_alerts_own_service() -> None:
    slow = SearchLink(search="obs-search-gateway-slow", filters=OWN)
    assert of_alert("EnvoyEdgeSlow", "envoy", ("job",), BOARDS) == slow


def test_an_alert_nobody_names_opens_what_its_components_board_shows() -> None:
    failed = SearchLink(search="obs-search-gateway-failed", filters=OWN)
    assert of_alert("EnvoyRestarting", "envoy", ("job",), BOARDS) == failed


def test_a_board_may_have_another_search_for_alerts_than_it_shows() -> None:
    calmer = replace(GATEWAY, otherwise="slow")
    slow = SearchLink(search="obs-search-gateway-slow", filters=OWN)
    assert of_alert("EnvoyRestarting", "envoy", ("job",), (calmer,)) == slow


def test_no_alert_of_the_reference_platform_opens_lines_its_job_does_not_write() -> None:
    plan = reference_plan()
    assert plan.logs is not None
    boards = {search_id(board.name, found.name): board for board in plan.logs.boards for found in board.searches}
    narrowed = [(a, unquote(dict(a.rule.annotations).get("logs_url", ""))) for a in plan.alerts]
    empty = []
    for alert, url in narrowed:
        if "$labels.job" in url:
            board = boards[re.findall(r"/view/([a-z0-9-]+)", url)[0]]
            writers = {route.service for route in plan.logs.routes if route.format.name in board.formats}
            empty += [(alert.name, job) for job in re.findall(r'job="([^"]+)"', alert.expr) if job not in writers]
    assert any("$labels.job" in url for _, url in narrowed)
    assert empty == []


def test_another_components_lines_are_not_narrowed_to_this_ones_service() -> None:
    assert of_alert("AuthzSlow", "barong_authz", ("job",), BOARDS) == SearchLink(search="obs-search-gateway-slow")


def test_a_label_the_alert_does_not_carry_narrows_nothing() -> None:
    assert of_alert("PodCrashes", "kubernetes", (), BOARDS) == SearchLink(search="obs-search-overview-pod")


def test_a_component_without_lines_has_no_link() -> None:
    assert of_alert("MonitoringDown", "monitoring", ("job",), BOARDS) is None
    assert of_dashboard("monitoring", BOARDS, "https://kibana.example.com") == ""


def test_an_alerts_address_says_its_last_hour_and_its_labels() -> None:
    url = alert_logs_url("https://k", "obs-search-a-b", OWN)
    assert unquote(url).startswith("https://k/app/discover#/view/obs-search-a-b?_g=(time:(from:now-1h,to:now))&_a=")
    assert "query:(match_phrase:(service.name:'{{ $labels.job | urlquery }}'))" in unquote(url)


def test_a_panels_address_says_the_dashboards_time_and_all_its_chosen_services() -> None:
    url = unquote(panel_logs_url("https://k", "obs-search-a-b", OWN))
    assert "from:'${__from:date:iso}',to:'${__to:date:iso}'" in url
    assert "query:(regexp:(service.name:'${job:regex}'))" in url


def test_no_address_holds_what_would_end_a_link_in_a_message() -> None:
    urls = alert_logs_url("https://k", "a", OWN), panel_logs_url("https://k", "a", OWN), board_url("https://k", "a")
    assert [url for url in urls if set("()'\"<>|") & set(url.replace("{{ $labels.job | urlquery }}", ""))] == []


def test_a_platform_without_logs_links_to_none() -> None:
    plan = small_plan()
    assert [a.name for a in plan.alerts if a.logs or "logs_url" in dict(a.rule.annotations)] == []
    assert [d.uid for d in plan.dashboards if d.logs] == []
