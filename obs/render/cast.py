"""The cast of a play: every scraped instance of the platform with its target labels, and who plays which metric."""

from collections.abc import Iterator
from dataclasses import dataclass

from obs.model.component import Component
from obs.model.metric import Metric, Source
from obs.model.plan import Job, Part, Plan
from obs.render.scrape import labels_of, probe_targets

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Instance:
    """One scraped target: the index-th instance of a job, with the labels every one of its series carries.

    Compared by identity: within one play each target is one object.
    """

    job: Job
    index: int
    labels: Labels
    options: tuple[tuple[str, str], ...] = ()
    home: str = ""
    """The namespace of the platform's first own service."""

    @property
    def address(self) -> str:
        """The value of its instance label."""
        return dict(self.labels)["instance"]

    def fill(self, text: str) -> str:
        """This instance's values for `<i>`, `<namespace>`, `<service>`, `<cluster>`, `<home>` and `<option:NAME>`."""
        if "<" not in text:
            return text
        values = {"<i>": str(self.index), "<namespace>": self.job.namespace, "<service>": self.job.service.name}
        values |= {"<cluster>": dict(self.labels)["cluster"], "<home>": self.home}
        for key, value in (*values.items(), *((f"<option:{name}>", value) for name, value in self.options)):
            text = text.replace(key, value)
        return text


def declarations(component: Component) -> dict[str, tuple[Source, Metric]]:
    """Series name (a histogram's `_bucket`, `_sum`, `_count` too) -> its source and family; the first source wins."""
    found: dict[str, tuple[Source, Metric]] = {}
    for source in component.sources:
        for metric in source.metrics:
            for name in family_names(metric):
                found.setdefault(name, (source, metric))
    return found


def family_names(metric: Metric) -> tuple[str, ...]:
    """Every series name of a family: its own, and a histogram's three."""
    parts = ("_bucket", "_sum", "_count") if metric.type == "histogram" else ()
    return (metric.name, *(metric.name + part for part in parts))


def jobs_of(plan: Plan, part: Part, source: Source) -> tuple[Job, ...]:
    """The jobs that expose a component's source: its own, or those of the component the source names as owner."""
    owner = source.component or part.component.name
    return tuple(j for j in plan.jobs if j.component == owner and j.source == source.name)


def instances(plan: Plan, *, services: int | None = None) -> tuple[Instance, ...]:
    """Every scraped instance of the platform, or of the first services of each component, in plan order."""
    return tuple(
        i
        for part in plan.parts
        for job in part.jobs
        if job.service in (part.services if services is None else part.services[:services])
        for i in _of_job(plan, part, job)
    )


def _of_job(plan: Plan, part: Part, job: Job) -> Iterator[Instance]:
    options = {name: _text(value) for name, value in {**part.options, **job.service.options}.items()}
    stack = plan.platform.stack.namespace
    home = next((s.namespace for s in plan.platform.services if s.namespace != stack), stack)
    for index in range(part.faults.instances.get(job.source, 1)):
        labels = tuple(sorted(_target_labels(plan, job, index).items()))
        yield Instance(job=job, index=index, labels=labels, options=tuple(sorted(options.items())), home=home)


def _target_labels(plan: Plan, job: Job, index: int) -> dict[str, str]:
    """The labels that relabelling leaves on a target of this kind; nodes and zones are named in order."""
    pod, node = f"{job.service.name}-{index}", f"node-{index}"
    if job.kind == "pods" and job.name != job.service.name:
        pod = f"{job.name}-{index}"
    values = {"cluster": plan.platform.cluster, "namespace": job.namespace, "job": job.name, "pod": pod, "node": node}
    values |= {"zone": f"zone-{'abc'[index % 3]}", "instance": _instance(job, index, pod, node)}
    return {label: values[label] for label in labels_of(plan, job)}


def _instance(job: Job, index: int, pod: str, node: str) -> str:
    """A pod's or a node's name, or the name by which an exporter is asked for the target it probes."""
    if job.kind == "probe":
        named = probe_targets(job)
        return named[index] if index < len(named) else f"{named[0]}-{index}"
    return pod if job.kind == "pods" else node


def _text(value: object) -> str:
    return "|".join(map(str, value)) if isinstance(value, tuple) else str(value)
