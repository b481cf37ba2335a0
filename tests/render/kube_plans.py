"""A platform made by hand that needs every program of the stack, in both modes."""

from dataclasses import replace

from obs.catalog.event_api.options import OPTIONS
from obs.conventions import STACK_LABEL
from obs.model.component import Component, Option
from obs.model.fault import Faults
from obs.model.metric import Metric, Source
from obs.model.plan import Dashboard, Part, Plan, Rule, RuleGroup
from obs.model.platform import (
    Image,
    Mode,
    Notify,
    Pairs,
    Platform,
    Receiver,
    RemoteWrite,
    Route,
    Service,
    Stack,
    Workload,
)
from obs.model.runbook import Runbook
from obs.model.signal import Headline
from obs.resolve.jobs import jobs_of

IMAGES = {
    name: Image(repository=f"registry.example/{name}", tag="v1.2.3")
    for name in ("prometheus", "alertmanager", "grafana", "kube-state-metrics", "node-exporter", "obs")
}
WORKLOADS = {
    "prometheus": Workload(replicas=2, storage="50Gi"),
    "alertmanager": Workload(replicas=3, storage="1Gi"),
    **{
        name: Workload()
        for name in (
            "grafana",
            "kube-state-metrics",
            "node-exporter",
            "obs-authz-exporter",
            "obs-db-exporter",
            "obs-event-exporter",
        )
    },
}


def gauge(name: str, *labels: str) -> Metric:
    """A gauge that nobody looks at."""
    return Metric(name=name, type="gauge", help="A number.", labels=labels)


STATE = (
    gauge("kube_pod_status_ready", "namespace", "pod"),
    gauge("kube_deployment_status_replicas", "namespace", "deployment"),
    gauge("kube_horizontalpodautoscaler_status_current_replicas", "namespace"),
    gauge("kube_node_labels", "node", "label_topology_kubernetes_io_zone"),
    gauge("kube_node_status_condition", "node", "condition"),
)
NODE = (gauge("node_memory_MemAvailable_bytes"), gauge("node_filesystem_avail_bytes", "mountpoint"))
KUBERNETES = (
    Source(name="kube-state-metrics", metrics=STATE, port="http"),
    Source(name="node-exporter", metrics=NODE, kind="node"),
    Source(name="kubelet", metrics=(gauge("kubelet_node_name"),), port="10250", scheme="https", kind="kubelet"),
)
MONITORING = (
    Source(name="prometheus", metrics=(gauge("prometheus_ready"),), port="http"),
    Source(name="alertmanager", metrics=(gauge("alertmanager_alerts"),), port="http"),
    Source(name="grafana", metrics=(gauge("grafana_info"),), port="http"),
)
DATABASE = Source(
    name="mysql", metrics=(gauge("db_up"),), port="metrics", path="/probe", kind="probe", exporter="obs_db_exporter"
)
EVENTS = Source(name="event_api", metrics=(gauge("event_up"),), exporter="obs_event_exporter")
AUTHZ = Source(name="prober", metrics=(gauge("authz_up"),), exporter="obs_authz_exporter")
GATE = Source(name="gate", metrics=(gauge("gate_requests"),), port="9901", path="/stats?usedonly=1")
SECURE = Source(name="secure", metrics=(gauge("secure_up"),), scheme="https")


def component(name: str, *sources: Source, options: tuple[Option, ...] = ()) -> Component:
    """A component that only has sources, and the options its exporter's configuration is made of."""
    return Component(
        name=name,
        title=name,
        summary=name,
        sources=sources,
        options=options,
        signals=(),
        alerts=(),
        rows=(),
        headline=Headline(signal="x"),
    )


COMPONENTS = (
    component("gate", GATE),
    component("secure", SECURE),
    component("barong_authz", AUTHZ),
    component("event_api", EVENTS, options=OPTIONS),
    component("mysql", DATABASE),
    component("kubernetes", *KUBERNETES),
    component("monitoring", *MONITORING),
)


def stack(mode: Mode, *, label_key: str, storage: str) -> Stack:
    """The stack with every image and size, remote_write, and Grafana's volume when asked for."""
    sizes = WORKLOADS | {"grafana": Workload(storage=storage)}
    write = RemoteWrite(url="https://store.example:8443/write", username="obs", password_file="store-password")
    return Stack(mode=mode, label_key=label_key, images=IMAGES, workloads=sizes, remote_write=(write,))


def services(label_key: str) -> tuple[Service, ...]:
    """One service per component; the stack's own carry the names of their programs."""

    def one(name: str, component: str, namespace: str, port: str = "", selector: Pairs = ()) -> Service:
        chosen = selector or ((label_key, name),)
        return Service(name=name, component=component, namespace=namespace, port=port, selector=chosen)

    return (
        one("gate", "gate", "core-app"),
        one("secure", "secure", "core-app"),
        one("authz", "barong_authz", "core-app", "8080", ((label_key, "barong"),)),
        one("events", "event_api", "kube-services", "15672", ((label_key, "rabbitmq"),)),
        one("shop-db", "mysql", "core-app", "3306"),
        one("kube-state-metrics", "kubernetes", "monitoring", selector=((STACK_LABEL, "kube-state-metrics"),)),
        one("prometheus", "monitoring", "monitoring", selector=((STACK_LABEL, "prometheus"),)),
    )


def plan(mode: Mode = "standalone", *, label_key: str = "app.kubernetes.io/name", storage: str = "") -> Plan:
    """The whole platform, resolved as far as the Kubernetes renderer looks."""
    notify = Notify(
        receivers=(
            Receiver(name="on-call", kind="pagerduty", secret="pagerduty-key"),
            Receiver(name="mail", kind="email", channel="team@example.com"),
        ),
        routes=(Route(receivers=("on-call",), severity=("critical",)),),
        default="mail",
        smtp_host="smtp.example:587",
        smtp_from="obs@example.com",
    )
    platform = Platform(
        name="shop",
        cluster="home",
        services=services(label_key),
        stack=stack(mode, label_key=label_key, storage=storage),
        notify=notify,
        spec_name="shop.yaml",
    )
    parts = tuple(_part(one, platform) for one in COMPONENTS)
    overview = replace(parts[0].dashboard, uid="obs-overview")
    return Plan(platform=platform, parts=parts, dashboards=(overview, *(part.dashboard for part in parts)))


def _part(one: Component, platform: Platform) -> Part:
    rule = Rule(
        expr="up == 0", alert=f"{one.name.title().replace('_', '')}Down", hold="5m", labels=(("severity", "critical"),)
    )
    uid = f"obs-{one.name.replace('_', '-')}"
    return Part(
        component=one,
        runbook=Runbook(component=one.name),
        faults=Faults(),
        services=platform.of(one.name),
        jobs=jobs_of(one, platform),
        selectors={},
        options={option.name: option.default for option in one.options},
        signals={},
        rows=(),
        alerts=(),
        groups=(RuleGroup(name=f"{one.name}-up", rules=(rule,)),),
        dashboard=Dashboard(uid=uid, title=one.title, help="", tags=(), rows=(), variables=(), component=one.name),
    )
