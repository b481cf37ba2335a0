"""What a spec says about logs becomes the logging half; what was not said takes its default here."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from obs.catalog.applications import FALLBACK, formats
from obs.catalog.applications.searches import BOARDS
from obs.catalog.log_boards import GENERAL, QUERIES
from obs.catalog.redaction import SECRETS
from obs.model.component import Component
from obs.model.logging import Aggregator, Elasticsearch, ExtraFilter, LogClass, Logging, Placement, Volume
from obs.model.logs import Application, Secret
from obs.model.platform import Mode
from obs.spec.defaults import LOGGING_NAMESPACE
from obs.spec.reading import Values


def logging(
    values: Values, library: Mapping[str, Component], none: Values, *, namespace: str, label_key: str, mode: Mode
) -> Logging | None:
    """The logging half, None when it is switched off. `namespace`, `label_key` and `mode` are the platform's."""
    if not values.get("enabled", True):
        return None

    def application(said: Values) -> Application:
        selector: dict[str, str] = said.get("selector", {label_key: said.get("name")})
        return Application(
            name=said.get("name"),
            format=formats(library)[said.get("format")],
            namespace=said.get("namespace", namespace),
            selector=tuple(sorted(selector.items())),
        )

    return Logging(
        namespace=values.get("namespace", LOGGING_NAMESPACE),
        classes=_classes(values),
        applications=tuple(application(said) for said in values.get("applications", ())),
        fallback=FALLBACK,
        secrets=(*SECRETS, *(_secret(said) for said in values.get("redact", ()))),
        volume=replace(Volume(), **values.get("volume", none).data),
        elasticsearch=_elasticsearch(values.get("elasticsearch", none), mode),
        boards=(*GENERAL, *BOARDS),
        queries=QUERIES,
        aggregator=replace(Aggregator(), **values.get("aggregator", none).data),
        filters=tuple(_filter(said) for said in values.get("filters", ())),
        **values.given("runtime", "workers", "events", "audit_log"),
    )


def _elasticsearch(values: Values, mode: Mode) -> Elasticsearch:
    """Who has a Prometheus operator is taken to have Elastic's as well, unless the spec says otherwise."""
    placement: Placement = "eck" if mode == "operator" else "cluster"
    return replace(Elasticsearch(placement=placement), **values.data)


def _classes(values: Values) -> tuple[LogClass, ...]:
    """The classes, the one for every other namespace last."""
    said = [_class(v) for v in values.get("classes", ())]
    rest = [c for c in said if not c.namespaces] or [LogClass(name="other")]
    return (*(c for c in said if c.namespaces), rest[0])


def _class(values: Values) -> LogClass:
    said: dict[str, Any] = values.given("name", "namespaces", "retention", "rate", "priority", "share")
    return LogClass(**said)


def _secret(values: Values) -> Secret:
    return Secret(
        name=values.get("name"),
        help="Rule of the spec.",
        **values.given("expression", "replace"),
    )


def _filter(values: Values) -> ExtraFilter:
    place = values.places.get("text", values.place)
    return ExtraFilter(**values.given("name", "text"), file=place.file, line=place.line)
