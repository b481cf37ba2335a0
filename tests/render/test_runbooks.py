"""Runbook pages: what a person needs at night, with this platform's numbers, names and receivers."""

import re
from dataclasses import replace

import pytest

from obs import library
from obs.conventions import quantity, runbook_path
from obs.model.plan import Plan
from obs.model.platform import Mode, Notify, Platform, Route, Service
from obs.render.runbooks import INDEX_PATH, render
from obs.resolve import resolve
from tests.render import alert_plans
from tests.render.kube_shelf import plan_of


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {artifact.path: artifact.text for artifact in render(alert_plans.plan())}


@pytest.fixture(scope="module")
def catalogue() -> Plan:
    known = library.load()
    services = tuple(
        Service(name=name, component=name, namespace="shop", selector=(("app", name),)) for name in known
    )
    return resolve(Platform(name="shop", cluster="home", services=services, spec_name="shop.yaml"), known)


def section(page: str, name: str) -> str:
    """The text under one alert's heading."""
    return re.split(r"^## ", page.split(f"\n## {name}\n")[1], flags=re.MULTILINE)[0]


def test_every_component_has_a_page_and_the_index_leads_to_it(pages: dict[str, str]) -> None:
    assert set(pages) == {INDEX_PATH, *(runbook_path(name) for name in alert_plans.LIBRARY)}
    for name in alert_plans.LIBRARY:
        assert f"]({name}.md)" in pages[INDEX_PATH]


def test_every_link_of_an_alert_leads_to_a_heading_once(pages: dict[str, str]) -> None:
    plan = alert_plans.plan()
    for alert in plan.alerts:
        url = dict(alert.rule.annotations)["runbook_url"]
        page, _, anchor = url.removeprefix(f"{plan.platform.links.runbooks}/").partition("#")
        headings = re.findall(r"^## (.+)$", pages[f"docs/runbooks/{page}"], flags=re.MULTILINE)
        assert [heading for heading in headings if heading.lower() == anchor] == [alert.name]


def test_a_section_says_when_it_fires_why_there_and_who_is_told(pages: dict[str, str]) -> None:
    text = section(pages["docs/runbooks/queue.md"], "QueueWaiting")
    assert "| Severity | warning |" in text
    assert "| Fires when | Up < 50 % for 5m |" in text
    assert "| Why there | Made \\| up. |" in text
    assert "| Who is told | mail, teams |" in text
    assert "| Quiet while | `BrokerDown`, `QueueLost` |" in text
    assert "](https://grafana.example.com/d/obs-queue?viewPanel=" in text


def test_the_four_parts_stand_in_order_and_speak_of_this_platform(pages: dict[str, str]) -> None:
    text = section(pages["docs/runbooks/queue.md"], "QueueWaiting")
    headings = re.findall(r"^### (.+)$", text, flags=re.MULTILINE)
    assert headings == ["Meaning", "Impact", "Diagnosis", "Mitigation", "What this looks like", "Query"]
    assert "`kubectl -n shop get pods -l app=queue`" in text
    assert "1. Restart queue, watch from monitoring, mind <this>." in text


def test_who_is_told_is_said_by_severity_where_an_alert_has_several(catalogue: Plan) -> None:
    routed = replace(alert_plans.NOTIFY, routes=(Route(receivers=("pager",), severity=("critical",)),))
    notified = replace(catalogue, platform=replace(catalogue.platform, notify=routed))
    page = next(a.text for a in render(notified) if a.path == "docs/runbooks/envoy.md")
    assert "| Who is told | critical: pager; warning: hook |" in section(page, "EnvoyAvailabilityBudgetBurn")


def test_a_story_says_what_fires_with_it(pages: dict[str, str]) -> None:
    text = section(pages["docs/runbooks/broker.md"], "BrokerDown")
    assert "- **It is gone.** Somebody took it away. Fires together with [BrokerFull](#brokerfull)." in text


def test_the_query_pastes_into_prometheus(pages: dict[str, str]) -> None:
    text = section(pages["docs/runbooks/queue.md"], "QueueLost")
    assert '```promql\n(avg by (cluster, namespace, job) (queue_up{job="queue"})) < 0.5\n```' in text


def test_the_page_opens_with_where_to_look(pages: dict[str, str]) -> None:
    page = pages["docs/runbooks/broker.md"]
    assert "Look in `mid` for `app=broker` of broker." in page
    assert "| `broker` | `mid` | `app=broker` | `9100` | `/metrics` |" in page
    assert "[Dashboard](https://grafana.example.com/d/obs-broker)" in page


def test_a_derived_alert_has_a_section_without_prose_of_its_own(pages: dict[str, str]) -> None:
    text = section(pages["docs/runbooks/queue.md"], "QueueTargetMissing")
    assert "| Fires when | it holds for 3m |" in text
    assert "### Meaning" not in text


def test_a_platform_that_tells_nobody_says_so() -> None:
    page = next(a.text for a in render(alert_plans.plan(Notify())) if a.path.endswith("queue.md"))
    assert "| Who is told | nobody: it shows on dashboards and in Alertmanager |" in page


def test_the_same_plan_gives_the_same_bytes(pages: dict[str, str]) -> None:
    assert {a.path: a.text for a in render(alert_plans.plan())} == pages


def test_all_burn_rates_of_an_objective_share_a_section(catalogue: Plan) -> None:
    page = next(a.text for a in render(catalogue) if a.path == "docs/runbooks/envoy.md")
    text = section(page, "EnvoyAvailabilityBudgetBurn")
    assert text.count("| Fires when |") == 4
    assert "| Severity | critical, warning |" in text
    assert text.count("99.9 % over 30 days leaves 43 minutes of full outage.") == 1
    assert "10 % of the 30d budget in 3d." in text
    assert "more than 1.44 % of events missed the objective in the last 1h and the last 5m for 2m (critical)" in text


def test_every_alert_of_the_catalogue_has_its_four_parts_on_its_page(catalogue: Plan) -> None:
    pages = {a.path: a.text for a in render(catalogue)}
    missing = []
    for alert in catalogue.alerts:
        text = section(pages[runbook_path(alert.component)], alert.name)
        parts = ("Meaning", "Impact", "Diagnosis", "Mitigation", "Query")
        missing += [(alert.name, part) for part in parts if f"### {part}\n" not in text]
    assert not missing


def test_no_table_of_the_catalogue_is_broken_by_a_bar(catalogue: Plan) -> None:
    for artifact in render(catalogue):
        for line in artifact.text.splitlines():
            if line.startswith("| ") and artifact.path != INDEX_PATH:
                assert len(re.findall(r"(?<!\\)\|", line)) in (3, 4, 6), (artifact.path, line)


def test_links_follow_the_spec() -> None:
    plan = alert_plans.plan()
    moved = replace(plan.platform, links=replace(plan.platform.links, grafana="https://g.example"))
    page = next(a.text for a in render(replace(plan, platform=moved)) if a.path.endswith("queue.md"))
    assert "[Dashboard](https://g.example/d/obs-queue)" in page


@pytest.mark.parametrize(("tls", "asked"), [(False, {("-sS", "http")}), (True, {("-sSk", "https")})])
def test_our_exporters_are_asked_as_they_serve(tls: bool, asked: set[tuple[str, str]], catalogue: Plan) -> None:
    stack = replace(catalogue.platform.stack, exporters_tls=tls)
    made = render(replace(catalogue, platform=replace(catalogue.platform, stack=stack)))
    found = [one for artifact in made for one in commands(artifact.text)]
    assert len(found) >= 9
    assert {(flags, address.partition("://")[0]) for flags, address in found} == asked


def commands(page: str) -> list[tuple[str, str]]:
    """(flags, address) of every curl in a step that speaks of an exporter of ours."""
    steps = re.findall(r"^\d+\. .*(?:\n   .*)*", page, flags=re.MULTILINE)
    ours = [step for step in steps if re.search(r"obs-(authz|db|event)-exporter", step)]
    return [pair for step in ours for pair in re.findall(r"curl(?:images/curl --)? (-\S+)\s+'?([^\s'`]+)", step)]


@pytest.mark.parametrize(
    ("mode", "pod", "authority", "service"),
    [
        ("standalone", "elasticsearch-0", "config/certs/ca.crt", "elasticsearch"),
        ("operator", "elasticsearch-es-default-0", "config/http-certs/ca.crt", "elasticsearch-es-http"),
    ],
)
def test_elasticsearch_is_asked_where_it_runs(mode: Mode, pod: str, authority: str, service: str) -> None:
    page = next(a.text for a in render(plan_of("opendax", mode)) if a.path == "docs/runbooks/fluentd.md")
    assert f"kubectl -n logging exec -it {pod} -- curl -s --cacert\n{authority} -u elastic" in page
    assert f"{service}.logging.svc:9200/_cluster/health" in page
    assert "<search-" not in page


def test_a_probed_component_calls_nodes_as_its_exporter_does() -> None:
    named = Service(name="orders", component="postgresql", namespace="shop", options={"targets": ("left", "right")})
    probed = resolve(Platform(name="shop", cluster="home", services=(named,), spec_name="shop.yaml"), library.load())
    page = next(a.text for a in render(probed) if a.path == "docs/runbooks/postgresql.md")
    assert "say `left` and `right` for the same two" in page
    assert "deploy/obs-db-exporter --since=10m | grep left`" in page
    assert "/probe?target=left'" in page


@pytest.mark.parametrize(
    ("component", "option", "command"),
    [
        ("barong_authz", "workload", "kubectl -n shop rollout undo {}`"),
        ("event_api", "mailer", "kubectl -n shop rollout restart {}`"),
        ("event_api", "daemons_selector", "get pods -l {}`"),
    ],
)
def test_commands_name_what_the_platform_calls_its_workloads(component: str, option: str, command: str) -> None:
    for given, named in (({}, None), ({option: "statefulset/ours"}, "statefulset/ours")):
        services = tuple(
            Service(name=name, component=name, namespace="shop", options=given if name == component else {})
            for name in (component, "envoy")
        )
        plan = resolve(Platform(name="shop", cluster="home", services=services, spec_name="shop.yaml"), library.load())
        page = next(a.text for a in render(plan) if a.path == runbook_path(component))
        [default] = [o.default for o in library.components()[component].options if o.name == option]
        assert command.format(named or default) in re.sub(r"\s+", " ", page)
        assert "<option:" not in page


def test_no_page_ends_every_pod_of_a_stateful_set(catalogue: Plan) -> None:
    pages = "".join(artifact.text for artifact in render(catalogue))
    assert not re.findall(r"scale statefulset\S* --replicas=0", pages)


def test_a_large_limit_is_said_as_prometheus_says_the_value_beside_it() -> None:
    said = [quantity(value, "messages") for value in (5000, 100_000, 1_500_000_000, 12_345)]
    assert said == ["5000 messages", "100k messages", "1.5G messages", "12345 messages"]


def test_no_page_starts_a_pod_where_the_stack_lets_none_in(catalogue: Plan) -> None:
    stack = catalogue.platform.stack.namespace
    pages = "".join(artifact.text for artifact in render(catalogue))
    assert f"kubectl -n {stack} " in pages
    assert f"kubectl -n {stack} run " not in pages, "its pods must be restricted, and exporters answer Prometheus alone"
