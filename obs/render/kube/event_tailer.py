"""The event tailer: one pod that prints the cluster's events, which Fluentd reads like any other pod's lines."""

from collections.abc import Iterator
from dataclasses import replace

from obs.conventions import EVENT_TAILER, EXPORTER_PORT, STACK_LABEL
from obs.model.logging import LogPlan
from obs.model.plan import Plan
from obs.render.kube.access import cluster_access, rule
from obs.render.kube.exporters import UID
from obs.render.kube.fluentd import home
from obs.render.kube.network import api_server, policy
from obs.render.kube.probes import Probes
from obs.render.kube.program import Manifest, Port, Program
from obs.render.kube.stack import image_and_size
from obs.render.kube.volumes import scratch
from obs.render.kube.workloads import deployment, disruption_budget, service_account

STATE = "/var/lib/obs-event-tailer"
POSITION = f"{STATE}/position"


def manifests(plan: Plan, logs: LogPlan) -> Iterator[Manifest]:
    """The pod and what stands around it; nothing where nobody reads events. Two at once would print all of it twice."""
    if not _wanted(logs):
        return
    told = program(plan, logs)
    yield service_account(told)
    yield deployment(told, recreate=True)
    yield disruption_budget(told)
    yield policy(told, ingress=[], egress=[api_server()])


def access(plan: Plan, logs: LogPlan) -> Iterator[Manifest]:
    """Events may be listed and watched, and nothing else be read."""
    if _wanted(logs):
        yield from cluster_access(program(plan, logs), [rule(["events"], verbs=("list", "watch"))])


def program(plan: Plan, logs: LogPlan) -> Program:
    """The tailer as it runs here. Its position outlives the container, but not the pod."""
    image, size = image_and_size(plan, EVENT_TAILER, image="obs")
    return Program(
        name=EVENT_TAILER,
        role="logs",
        home=home(plan, logs),
        image=image,
        size=replace(size, replicas=1),
        uid=UID,
        command=("python", "-m", EVENT_TAILER.replace("-", "_")),
        arguments=("--position", POSITION),
        ports=(Port(name="health", number=EXPORTER_PORT),),
        probes=Probes(live="/-/healthy", ready="/-/ready", port="health"),
        volumes=(scratch("state", STATE, size="1Mi"), scratch("tmp", "/tmp", size="16Mi")),
        calls_api=True,
    )


def _wanted(logs: LogPlan) -> bool:
    return any((STACK_LABEL, EVENT_TAILER) in route.selector for route in logs.routes)

