"""The cast of a play: every scraped instance of the platform with its target labels, and who plays which metric."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from obs.model.metric import Metric, Source
from obs.model.plan import Job, Part, Plan

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Instance:
    """One scraped target: the index-th instance of a job, with the labels every one of its series carries."""

    job: Job
    index: int
    labels: Labels
    options: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> str:
        """The value of its instance label."""
        return dict(self.labels)["instance"]

    def fill(self, text: str) -> str:
        """Put this instance's own values in place of `<i>`, `<namespace>`, `<service>`, `<cluster>` and `<option:NAME>`."""
        values = {"<i>": str(self.index), "<namespace>": self.job.namespace, "<service>": self.job.service.name}
        values |= {"<cluster>": dict(self.labels)["cluster"]}
        for key, value in (*values.items(), *((f"<option:{name}>", value) for name, value in self.options)):
            text = text.replace(key, value)
        return text


def source_of(part: Part, metric: str) -> tuple[Source, Metric]:
    """The source that exposes a metric family (or a histogram's `_bucket`, `_sum`, `_count`); KeyError if none does."""
    for source in part.component.sources:
        for declared in source.metrics:
            if metric in family_names(declared):
                return source, declared
    raise KeyError(metric)


def family_names(metric: Metric) -> tuple[str, ...]:
    """Every series name of a family: its own, and a histogram's three."""
    parts = ("_bucket", "_sum", "_count") if metric.type == "histogram" else ()
    return (metric.name, *(metric.name + part for part in parts))


def jobs_of(plan: Plan, part: Part, source: Source) -> tuple[Job, ...]:
    """The jobs that expose a component's source: its own, or those of the component the source names as owner."""
    owner = source.component or part.component.name
    return tuple(j for j in plan.jobs if j.component == owner and j.source == source.name)


def instances(plan: Plan) -> tuple[Instance, ...]:
    """Every scraped instance of the platform, in plan order."""
    return tuple(i for part in plan.parts for job in part.jobs for i in _of_job(plan, part, job))


def _of_job(plan: Plan, part: Part, job: Job) -> Iterator[Instance]:
    options = {name: _text(value) for name, value in {**part.options, **job.service.options}.items()}
    for index in range(part.faults.instances.get(job.source, 1)):
        labels = _target_labels(plan.platform.cluster, job, index)
        yield Instance(job=job, index=index, labels=tuple(sorted(labels.items())), options=tuple(sorted(options.items())))


def _target_labels(cluster: str, job: Job, index: int) -> dict[str, str]:
    """The labels relabelling leaves on a target of this kind."""
    labels = {"cluster": cluster, "job": job.name}
    if job.kind in ("node", "kubelet"):
        return labels | {"instance": f"node-{index}"}
    pod = f"{job.service.name}-{index}"
    return labels | {"namespace": job.namespace, "instance": f"{pod}:{job.port}", "pod": pod}


def _text(value: object) -> str:
    return "|".join(map(str, value)) if isinstance(value, tuple) else str(value)


def by_job(cast: tuple[Instance, ...]) -> Mapping[str, tuple[Instance, ...]]:
    """Job name -> its instances."""
    found: dict[str, tuple[Instance, ...]] = {}
    for instance in cast:
        found[instance.job.name] = (*found.get(instance.job.name, ()), instance)
    return found
