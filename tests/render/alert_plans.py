"""A small platform with every kind of receiver, resolved from a catalogue made by hand."""

from dataclasses import replace

from obs.model.alert import Alert, Inhibition, Severity
from obs.model.component import Component
from obs.model.fault import Faults, Story
from obs.model.metric import Metric, Source
from obs.model.plan import Knowledge, Library, Plan
from obs.model.platform import MuteTiming, Notify, Platform, Receiver, Route, Service
from obs.model.runbook import Runbook, Section
from obs.model.signal import Headline, Panel, Row, Signal
from obs.resolve import resolve

WATCHDOG = Alert(
    name="Watchdog",
    signal="up",
    is_=">=",
    threshold=0,
    hold="0s",
    severity="info",
    triage="up",
    summary="The alerting pipeline works.",
    description="This alert always fires: {{ $value }}.",
    why="Its absence is the news.",
)


def alert(name: str, severity: Severity) -> Alert:
    """An alert on the only signal there is."""
    return Alert(
        name=name,
        signal="up",
        is_="<",
        threshold=0.5,
        hold="5m",
        severity=severity,
        triage="up",
        summary=f"{name} is the matter.",
        description=f"{name} at {{{{ $value }}}} (limit <threshold>).",
        why="Made | up.",
    )


def knowledge(
    name: str,
    *alerts: Alert,
    implied: bool = False,
    inhibitions: tuple[Inhibition, ...] = (),
    labels: tuple[str, ...] = (),
) -> Knowledge:
    """A component with one gauge, one signal and one panel."""
    gauge = Metric(name=f"{name}_up", type="gauge", help="Whether it is up.", labels=labels)
    query = f"avg by (<group>) ({name}_up{{<selector>}})"
    up = Signal(name="up", title="Up", help="Is it up?", unit="ratio", query=query)
    component = Component(
        name=name,
        title=name.capitalize(),
        summary=f"All about {name}.",
        sources=(Source(name=name, metrics=(gauge,), port="9100"),),
        signals=(up,),
        alerts=alerts,
        rows=(Row(title="Is it up?", panels=(Panel(signals=("up",)),)),),
        headline=Headline(signal="up"),
        implied=implied,
        inhibitions=inhibitions,
    )
    sections = {a.name: section(a.name) for a in alerts}
    fires = tuple(a.name for a in alerts)
    story = Story(name="gone", title="It is gone.", story="Somebody took it away.", changes=(), fires=fires)
    return Knowledge(
        component=component,
        runbook=Runbook(component=name, intro=f"Look in `<namespace>` for `<selector>` of {name}.", sections=sections),
        faults=Faults(stories=(story,)),
    )


def section(name: str) -> Section:
    """A runbook section that says which part it is."""
    return Section(
        alert=name,
        meaning=f"{name} means.",
        impact=f"{name} hurts.",
        diagnosis="1. `kubectl -n <namespace> get pods -l <selector>`",
        mitigation="1. Restart <job>, watch from <monitoring>, mind <this>.",
    )


def silence(source: tuple[str, ...], target: tuple[str, ...], why: str) -> Inhibition:
    """An inhibition within a cluster."""
    return Inhibition(source=source, target=target, equal=("cluster",), why=why)


BROKER = knowledge(
    "broker",
    alert("BrokerDown", "critical"),
    alert("BrokerFull", "warning"),
    inhibitions=(
        silence(("BrokerDown",), ("QueueWaiting", "NotHere"), "No broker, no queue."),
        silence(("NotHere",), ("QueueWaiting",), "Never."),
    ),
)
QUEUE = knowledge("queue", alert("QueueLost", "critical"), alert("QueueWaiting", "warning"), alert("QueueNew", "info"))
STORE = knowledge("store", alert("StoreDown", "critical"), alert("StoreSlow", "warning"))
FLEET = knowledge(
    "fleet", alert("NodeDown", "critical"), alert("NodeFull", "warning"), WATCHDOG, implied=True, labels=("node",)
)
LIBRARY: Library = {k.component.name: k for k in (BROKER, QUEUE, STORE, FLEET)}

RECEIVERS = (
    Receiver(name="pager", kind="pagerduty", secret="pager-key"),
    Receiver(name="chat", kind="slack", secret="slack-url", channel="#ops"),
    Receiver(name="teams", kind="msteams", secret="teams-url"),
    Receiver(name="phone", kind="telegram", secret="bot-token", channel="-100200300"),
    Receiver(name="mail", kind="email", channel="ops@example.com, boss@example.com", secret="smtp-password"),
    Receiver(name="hook", kind="webhook", secret="hook-url"),
    Receiver(name="beat", kind="webhook", secret="beat-url", send_resolved=False),
)
NIGHTS = MuteTiming(name="nights", times=(("00:00", "07:00"), ("22:00", "24:00")), location="Europe/Berlin")
WEEKENDS = MuteTiming(name="weekends", weekdays=("saturday", "sunday"))
NOTIFY = Notify(
    receivers=RECEIVERS,
    routes=(
        Route(receivers=("chat", "pager"), component=("broker",)),
        Route(receivers=("mail",), severity=("warning",), mute=("nights", "weekends"), carry_on=True),
        Route(receivers=("teams",), team=("shop",), repeat="12h"),
        Route(receivers=("phone",), alert=("StoreSlow", "StoreDown"), severity=("critical", "warning")),
    ),
    default="hook",
    heartbeat="beat",
    mute_timings=(NIGHTS, WEEKENDS),
    smtp_host="smtp.example.com:587",
    smtp_from="alerts@example.com",
    smtp_user="alerts",
)


def platform(notify: Notify = NOTIFY) -> Platform:
    """A broker, queues owned by a team, two stores, and the fleet that every platform has."""

    def one(name: str, component: str, namespace: str, team: str = "") -> Service:
        return Service(name=name, component=component, namespace=namespace, selector=(("app", name),), team=team)

    services = (
        one("broker", "broker", "mid"),
        one("queue", "queue", "shop", "shop"),
        one("orders", "store", "shop"),
        one("users", "store", "people"),
        one("fleet", "fleet", "monitoring"),
    )
    return Platform(
        name="shop", cluster="home", environment="production", services=services, notify=notify, spec_name="shop.yaml"
    )


def plan(notify: Notify = NOTIFY) -> Plan:
    """The platform, resolved."""
    return resolve(platform(notify), LIBRARY)


def quick(notify: Notify = NOTIFY) -> Notify:
    """The same with the shortest waits, for tests on a running Alertmanager."""
    return replace(notify, group_wait="1s", group_interval="1s")
