"""Values that were read become the Platform; what was not said takes its default here."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from obs.conventions import STACK_LABEL, dashed
from obs.model.component import Component
from obs.model.logging import Elasticsearch, Logging
from obs.model.platform import (
    AlertOverride,
    Image,
    Links,
    Mixin,
    MuteTiming,
    Notify,
    ObjectiveOverride,
    Pairs,
    Place,
    Platform,
    Receiver,
    RemoteWrite,
    Route,
    Scrape,
    Service,
    Stack,
    Workload,
)
from obs.spec.build_logging import logging
from obs.spec.defaults import LINKS, LOGGING_NAMESPACE, NAMESPACE, NOTIFY, STACK
from obs.spec.reading import Values
from obs.spec.rules_shared import implied_name

NONE = Values(Place(), {})
ENGINE = Elasticsearch()


def platform(
    values: Values, library: Mapping[str, Component], extra: Iterable[Component], environment: str, name: str
) -> Platform:
    """The platform of a spec without mistakes. `extra` are the implied components it does not describe itself."""
    stack = _stack(values.get("stack", NONE), values.get("label_key", STACK.label_key))
    services = [_service(s, values, library, stack) for s in values.get("services") if s.get("enabled", True)]
    services += [_implied(component, values, stack) for component in extra]
    services = [_counted(service, library[service.component], values) for service in services]
    title = values.get("name")
    return Platform(
        name=values.get("name"),
        cluster=values.get("cluster", f"{title}-{environment}" if environment else title),
        services=tuple(services),
        environment=environment,
        title=values.get("title", title),
        namespace=values.get("namespace", ""),
        stack=stack,
        links=_links(values.get("links", NONE)),
        notify=_notify(values.get("notify")),
        overrides=_overrides(values),
        panels_off=values.get("panels_off", ()),
        objectives={key: _objective(v) for key, v in values.get("objectives", {}).items()},
        mixins=tuple(_mixin(m) for m in values.get("mixins", ())),
        logging=_logging(values, library, stack),
        spec_name=name,
    )


def _logging(values: Values, library: Mapping[str, Component], stack: Stack) -> Logging | None:
    said: Values | None = values.get("logging")
    if said is None:
        return None
    namespace: str = values.get("namespace", NAMESPACE)
    return logging(said, library, NONE, namespace=namespace, label_key=stack.label_key, mode=stack.mode)


def _pairs(labels: Mapping[str, str]) -> Pairs:
    return tuple(sorted(labels.items()))


def _service(values: Values, top: Values, library: Mapping[str, Component], stack: Stack) -> Service:
    component = library[values.get("component")]
    name = values.get("name", dashed(component.name))
    namespace = _home(component, top, stack) if component.implied else top.get("namespace", NAMESPACE)
    selector = {STACK_LABEL: implied_name(component)} if component.implied else {stack.label_key: name}
    return Service(
        name=name,
        component=component.name,
        namespace=values.get("namespace", namespace),
        selector=_pairs(values.get("selector", selector)),
        port=values.get("port", _port(component)),
        replicas=values.get("replicas", 2),
        team=values.get("team", top.get("team", "")),
        options=dict(values.get("options", NONE).data),
        sources={source: _scrape(v) for source, v in values.get("sources", NONE).data.items()},
        place=values.place,
    )


def _port(component: Component) -> str:
    """The port of the component's own source; an exporter's port is not the service's."""
    return "" if component.sources[0].exporter else component.sources[0].port


def _implied(component: Component, top: Values, stack: Stack) -> Service:
    name = implied_name(component)
    return Service(
        name=name,
        component=component.name,
        namespace=_home(component, top, stack),
        selector=((STACK_LABEL, name),),
        port=_port(component),
        replicas=stack.workloads[name].replicas if name in stack.workloads else 1,
        team=top.get("team", ""),
    )


def _counted(service: Service, component: Component, top: Values) -> Service:
    """What watches the search engine knows how many nodes of it are deployed, unless the service says so itself."""
    engine = top.get("logging", NONE).get("elasticsearch", NONE)
    nodes = engine.get("nodes", ENGINE.nodes)
    deployed = component.half == "search" and engine.get("placement", ENGINE.placement) != "external"
    if not deployed or "nodes" in service.options or nodes == ENGINE.nodes:
        return service
    return replace(service, options={**service.options, "nodes": nodes})


def _home(component: Component, top: Values, stack: Stack) -> str:
    """The namespace of the half an implied component belongs to."""
    if component.half == "monitoring":
        return stack.namespace
    said: str = top.get("logging", NONE).get("namespace", LOGGING_NAMESPACE)
    return said


def _scrape(values: Values) -> Scrape:
    return Scrape(
        **values.given("job", "namespace", "port", "path", "scheme"),
        selector=_pairs(values.get("selector", {})),
        enabled=values.get("scrape", True),
    )


def _mixin(values: Values) -> Mixin:
    return Mixin(**values.given("name", "path", "config"), overrides=_overrides(values), place=values.place)


def _overrides(values: Values) -> dict[str, AlertOverride]:
    return {alert: _override(said) for alert, said in values.get("overrides", {}).items()}


def _override(values: Values) -> AlertOverride:
    off = not values.get("enabled", True)
    return AlertOverride(**values.given("threshold", "hold", "severity"), off=off, place=values.place)


def _objective(values: Values) -> ObjectiveOverride:
    return ObjectiveOverride(
        **values.given("target", "period"), off=not values.get("enabled", True), place=values.place
    )


def _links(values: Values) -> Links:
    return replace(LINKS, **values.data)


def _stack(values: Values, label_key: str) -> Stack:
    plain = values.given("namespace", "mode", "scrape_interval", "evaluation_interval", "retention", "storage_class")
    images = {key: _image(text) for key, text in values.get("images", NONE).data.items()}
    sizes = {key: _workload(STACK.workloads[key], v) for key, v in values.get("workloads", NONE).data.items()}
    return replace(
        STACK,
        **plain,
        **values.given("ingress_namespaces", "exporters_tls"),
        label_key=label_key,
        images={**STACK.images, **images},
        workloads={**STACK.workloads, **sizes},
        operator_labels=_pairs(values.get("operator_labels", dict(STACK.operator_labels))),
        remote_write=tuple(RemoteWrite(**v.data) for v in values.get("remote_write", ())),
    )


def _image(text: str) -> Image:
    repository, _, tag = text.rpartition(":")
    return Image(repository=repository, tag=tag)


def _workload(default: Workload, values: Values) -> Workload:
    resources = values.get("resources", NONE)
    amounts = {
        f"{resource}_{bound.removesuffix('s')}": amount
        for bound in ("requests", "limits")
        for resource, amount in resources.get(bound, NONE).data.items()
    }
    return replace(default, **values.given("replicas", "storage"), **amounts)


def _notify(values: Values) -> Notify:
    smtp = values.get("smtp", NONE)
    receivers = tuple(_receiver(r, authenticated="user" in smtp.data) for r in values.get("receivers"))
    return replace(
        NOTIFY,
        **values.given("heartbeat", "group_wait", "group_interval", "repeat"),
        receivers=receivers,
        routes=tuple(_route(r) for r in values.get("routes", ())),
        default=values.get("default", receivers[0].name),
        mute_timings=tuple(_mute_timing(m) for m in values.get("mute_timings", ())),
        **{f"smtp_{key}": value for key, value in smtp.data.items()},
    )


def _receiver(values: Values, *, authenticated: bool) -> Receiver:
    """`channel` holds what the kind of receiver calls its target: a channel, addresses, a chat."""
    name = values.get("name")
    secret = name if values.get("type") != "email" or authenticated else ""
    to = ", ".join(values.get("to", ()))
    return Receiver(
        name=name,
        kind=values.get("type"),
        secret=values.get("secret", secret),
        channel=to or values.get("chat", values.get("channel", "")),
        send_resolved=values.get("send_resolved", True),
        place=values.place,
    )


def _route(values: Values) -> Route:
    said: dict[str, Any] = values.given("receivers", "severity", "component", "team", "alert", "mute", "repeat")
    return Route(**said, carry_on=values.get("continue", False), place=values.place)


def _mute_timing(values: Values) -> MuteTiming:
    times = tuple((start, end) for start, _, end in (text.partition("-") for text in values.get("times", ())))
    said: dict[str, Any] = values.given("name", "weekdays", "days_of_month", "months", "location")
    return MuteTiming(**said, times=times, place=values.place)
