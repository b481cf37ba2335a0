"""Names on which programs of the stack agree, and what the plan says of each."""

from collections.abc import Iterator
from dataclasses import replace

from obs.conventions import exporter_instance
from obs.model.plan import Job, Plan
from obs.model.platform import Image, Workload
from obs.render.kube.labels import NAME
from obs.render.kube.network import coming_from, pods
from obs.render.kube.program import Home, Manifest, Program, home

PROMETHEUS = "prometheus"
ALERTMANAGER = "alertmanager"
GRAFANA = "grafana"
STATE_METRICS = "kube-state-metrics"
NODE_EXPORTER = "node-exporter"


def agents_home(plan: Plan) -> Home:
    """The namespace of node agents."""
    return replace(home(plan), namespace=plan.platform.stack.agents_namespace)


def image_and_size(plan: Plan, name: str, *, image: str = "") -> tuple[Image, Workload]:
    """Image and size of one program; KeyError names what the spec's stack lacks."""
    stack = plan.platform.stack
    return stack.images[image or name], stack.workloads[name]


def scraped(plan: Plan) -> tuple[Job, ...]:
    """The jobs that this stack's Prometheus scrapes, by name."""
    return tuple(sorted((job for job in plan.jobs if job.scraped), key=lambda job: job.name))


def port_name(plan: Plan, app: str, *, otherwise: str) -> str:
    """What the scraping job calls the port, so that discovery by port name finds the container."""
    names = {job.port for job in scraped(plan) if (NAME, app) in job.selector and not job.port.isdigit()}
    return min(names, default=otherwise)


def from_prometheus(program: Program, *, stack_namespace: str = "", ports: tuple[str, ...] = ()) -> Manifest:
    """The ingress rule that lets Prometheus scrape; `stack_namespace` when the program runs in another one."""
    peer = pods({NAME: PROMETHEUS}, namespace=stack_namespace)
    return coming_from([peer], ports=ports or tuple(port.name for port in program.ports))


def exporter_name(job: Job) -> str:
    """`obs_db_exporter` -> `obs-db-exporter`: the program that serves this job's exporter."""
    return job.exporter.replace("_", "-")


def exporters(plan: Plan) -> Iterator[tuple[str, tuple[Job, ...]]]:
    """Each program of ours the platform needs, with the jobs it serves.

    One serves all targets that are probed by name. Where Prometheus finds the pod, its page tells of one target, and
    several services have a program each.
    """
    told = [job for job in plan.jobs if job.exporter and not job.itself]
    for name in sorted({job.exporter for job in told}):
        jobs = tuple(sorted((j for j in told if j.exporter == name), key=lambda j: j.service.name))
        if jobs[0].kind == "probe":
            yield exporter_name(jobs[0]), jobs
        else:
            yield from ((exporter_instance(name, job.service.name, alone=len(jobs) == 1), (job,)) for job in jobs)
