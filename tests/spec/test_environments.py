"""Environments: overlays merged over the base, each judged in every build."""

from tests.spec.reading import MINIMAL, complaint, read


def test_an_environment_is_merged_by_key_and_services_by_name() -> None:
    text = MINIMAL + (
        "stack: {retention: 90d, scrape_interval: 15s}\n"
        "environments:\n"
        "  staging:\n"
        "    services:\n"
        "      - {name: envoy, replicas: 1}\n"
        "      - {component: redis}\n"
        "      - {component: barong_authz, port: 8080}\n"
        "    stack: {retention: 7d}\n"
    )
    staging = read(text, environment="staging")
    assert [(s.name, s.replicas, s.port) for s in staging.services[:3]] == [
        ("barong-authz", 2, "8080"),
        ("envoy", 1, "metrics"),
        ("redis", 2, "metrics"),
    ]
    assert (staging.stack.retention, staging.stack.scrape_interval) == ("7d", "15s")
    assert staging.environment == "staging"
    assert read(text).stack.retention == "90d"


def test_lists_without_names_are_replaced_by_an_environment() -> None:
    text = MINIMAL + (
        "  routes: [{receivers: on-call, severity: critical}, {receivers: on-call, severity: info}]\n"
        "environments: {staging: {notify: {routes: [{receivers: on-call, repeat: 1d}]}}}\n"
    )
    assert [route.repeat for route in read(text, environment="staging").notify.routes] == ["1d"]


def test_a_base_may_lack_what_every_environment_supplies() -> None:
    text = "name: webshop\nnotify: {receivers: [{name: a, type: slack}]}\n"
    text += "environments: {live: {services: [{component: redis}]}}\n"
    assert read(text, environment="live").services[0].name == "redis"
    assert "services: missing" in complaint(text)


def test_every_environment_is_judged_whichever_is_built() -> None:
    text = MINIMAL + "environments: {staging: {team: web}, live: {team: -}}\n"
    assert "environments.live.team" in complaint(text, environment="staging")
    assert "environments.live.team" in complaint(text)


def test_a_mistake_in_the_base_is_told_once_for_all_environments() -> None:
    text = MINIMAL.replace("webshop", "Webshop") + "environments: {staging: {team: web}, live: {team: web}}\n"
    assert len(complaint(text).splitlines()) == 1


def test_anchors_and_merge_keys_save_typing() -> None:
    text = MINIMAL.replace(
        "  - component: barong_authz\n  - component: envoy\n",
        "  - &edge {component: envoy, team: edge, replicas: 3}\n  - {<<: *edge, name: inner, replicas: 2}\n",
    )
    assert [(s.name, s.team, s.replicas) for s in read(text).services[:2]] == [
        ("envoy", "edge", 3),
        ("inner", "edge", 2),
    ]
