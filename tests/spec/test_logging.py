"""What a spec says about logs becomes the logging half, or none."""

import pytest

from obs.model.logging import Elasticsearch, LogClass, Volume
from tests.spec.reading import MINIMAL, read, with_


def test_a_platform_that_says_nothing_of_logs_has_no_logging_half() -> None:
    assert read(MINIMAL).logging is None


def test_the_logging_half_can_be_switched_off() -> None:
    assert with_("logging: {enabled: false, namespace: logs}\n").logging is None


def test_what_is_not_said_takes_its_default() -> None:
    logging = with_("logging: {runtime: containerd}\n").logging
    assert logging is not None
    assert (logging.namespace, logging.runtime) == ("logging", "containerd")
    assert logging.classes == (LogClass(name="other"),)
    assert (logging.volume, logging.elasticsearch) == (Volume(), Elasticsearch())


@pytest.mark.parametrize(
    ("mode", "said", "placement", "address"),
    [
        ("standalone", "{}", "cluster", "https://elasticsearch.logging.svc:9200"),
        ("operator", "{}", "eck", "https://elasticsearch-es-http.logging.svc:9200"),
        ("standalone", "{placement: eck}", "eck", "https://elasticsearch-es-http.logging.svc:9200"),
        ("operator", "{placement: cluster}", "cluster", "https://elasticsearch.logging.svc:9200"),
        ("operator", '{placement: external, url: "https://logs.example.com"}', "external", "https://logs.example.com"),
    ],
)
def test_elastics_operator_is_taken_for_there_in_operator_mode(
    mode: str, said: str, placement: str, address: str
) -> None:
    logging = with_(f"stack: {{mode: {mode}}}\nlogging: {{elasticsearch: {said}}}\n").logging
    assert logging is not None
    assert (logging.elasticsearch.placement, logging.endpoint) == (placement, address)


def test_the_class_for_every_other_namespace_stands_last() -> None:
    logging = with_("logging: {classes: [{name: rest, retention: 7d}, {name: shop, namespaces: shop}]}\n").logging
    assert logging is not None
    assert [c.name for c in logging.classes] == ["shop", "rest"]
    assert [logging.class_of(n).name for n in ("shop", "elsewhere")] == ["shop", "rest"]


def test_an_application_is_found_like_a_service_of_its_name() -> None:
    said = "logging: {applications: [{name: cart, format: generic}]}\n"
    logging = with_("namespace: shop\nlabel_key: app\n" + said).logging
    assert logging is not None
    found = logging.applications[0]
    assert (found.name, found.namespace, found.selector) == ("cart", "shop", (("app", "cart"),))
    assert found.format.name == "generic"


def test_rules_of_the_spec_stand_behind_those_of_the_catalogue() -> None:
    logging = with_("logging:\n  redact:\n    - {name: cards, expression: 'card=[0-9]{16}'}\n").logging
    assert logging is not None
    assert (logging.secrets[-1].name, logging.secrets[-1].replace) == ("cards", "[REDACTED]")
    assert len(logging.secrets) > 1


def test_a_filter_knows_the_line_its_text_begins_at() -> None:
    text = "logging:\n  filters:\n    - name: quiet\n      text: |\n        <filter **>\n        </filter>\n"
    logging = with_(text).logging
    assert logging is not None
    line = (MINIMAL + text).splitlines().index("      text: |") + 1
    assert (logging.filters[0].file, logging.filters[0].line) == ("folder/spec.yaml", line)
