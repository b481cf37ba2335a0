"""A small catalogue of its own, so that tests of the spec do not move when the real one learns something."""

from dataclasses import replace

from obs.model.alert import Alert, Objective
from obs.model.component import Component, Option
from obs.model.logs import LogFormat
from obs.model.metric import Metric, Source
from obs.model.signal import Headline, Panel, Row, Signal

_METRIC = Metric(name="up", type="gauge", help="Whether it answers.")


def _alert(name: str) -> Alert:
    return Alert(
        name=name,
        signal="load",
        is_=">",
        threshold=5,
        hold="5m",
        severity="warning",
        triage="full",
        summary="It is full.",
        description="It holds {{ $value }}.",
        why="A number for tests.",
    )


def component(
    name: str,
    *alerts: str,
    sources: tuple[Source, ...] = (),
    options: tuple[Option, ...] = (),
    objectives: tuple[Objective, ...] = (),
    requires: tuple[str, ...] = (),
    implied: bool = False,
) -> Component:
    """A component with one signal, one panel "Load" and the named alerts."""
    load = Signal(name="load", title="Load", help="How loaded it is.", unit="count", query="up{<selector>}")
    return Component(
        name=name,
        title=name.title(),
        summary="For tests.",
        sources=sources or (Source(name=name, metrics=(_METRIC,)),),
        signals=(load,),
        alerts=tuple(_alert(alert) for alert in alerts),
        rows=(Row(title="Full", panels=(Panel(signals=("load",)), Panel(signals=("load",), title="Load by node"))),),
        headline=Headline(signal="load"),
        options=options,
        objectives=objectives,
        requires=requires,
        implied=implied,
    )


AVAILABILITY = Objective(
    name="availability",
    title="Availability",
    help="Share of good requests.",
    errors="errors",
    total="total",
    alert="EnvoyErrorBudgetBurn",
    summary="The budget burns.",
    why="A number for tests.",
)
OPTIONS = (
    Option(name="stat_prefix", default="ingress_http", help="A text."),
    Option(name="weight", default=1, help="A whole number.", minimum=0),
    Option(name="ratio", default=0.5, help="A number."),
    Option(name="strict", default=False, help="A flag."),
    Option(name="routes", default=("barong",), help="A list of texts."),
    Option(name="protocol", default="http", help="One of two words.", choices=("http", "grpc")),
    Option(name="authz_cluster", default="ext_authz", help="A text, as the reference platform sets it."),
)
NODES = (
    Option(name="targets", default=(), help="Nodes."),
    Option(name="database", default="", help="Name."),
    Option(name="peatio_database", default="", help="Name."),
    Option(name="barong_database", default="", help="Name."),
    Option(name="standbys", default=0, help="Standbys.", minimum=0),
    Option(name="size_limit_bytes", default=1, help="Bytes.", minimum=1),
)
COPIES = (Option(name="replicas_minimum", default=1, help="Copies.", minimum=0),)
_MIXED = (
    Source(name="authz", metrics=(_METRIC,), exporter="obs_authz_exporter", port="9101"),
    Source(name="envoy", metrics=(_METRIC,), component="envoy"),
)
_STACK = (Source(name="kube-state-metrics", metrics=(_METRIC,)), Source(name="kubelet", metrics=(_METRIC,)))

LIBRARY = {
    c.name: c
    for c in (
        component("redis", "RedisFull", options=COPIES),
        component(
            "envoy",
            "EnvoyEdgeSlow",
            "EnvoyRequestsShed",
            "EnvoyRestarting",
            options=OPTIONS,
            objectives=(AVAILABILITY,),
        ),
        replace(
            component("barong_authz", "BarongAuthzDown", sources=_MIXED, options=OPTIONS[-1:], requires=("envoy",)),
            logs=LogFormat(name="barong", title="Barong", dialects=(), fields=()),
        ),
        component("event_api"),
        component("rabbitmq", "RabbitmqMemoryHigh"),
        component("mysql", options=NODES),
        component("postgresql", "PostgresqlConnectionsHigh", options=NODES),
        component("kubernetes", "KubernetesPodRestarts", sources=_STACK, implied=True),
        component("monitoring", sources=(Source(name="prometheus", metrics=(_METRIC,)),), implied=True),
    )
}
