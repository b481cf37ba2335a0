"""The queries of what every component gets without asking: alerts on targets and metrics that are not there."""

from collections.abc import Sequence

from obs.conventions import FEW_SERVICES, matchers


def targets(cluster: str, jobs: Sequence[str], *, services: int) -> str:
    """Jobs of which no target answers: none is discovered, or every scrape fails."""
    if services <= FEW_SERVICES:
        return "\nor\n".join(_silent(cluster, job) for job in jobs)
    undiscovered = [f"absent({_of('up', cluster, (job,))})" for job in jobs]
    return "\nor ".join((f"max by (cluster, job) ({_of('up', cluster, jobs)}) == 0", *undiscovered))


def metrics(cluster: str, needed: Sequence[tuple[str, str]]) -> str:
    """(job, metric) pairs that are missing although the job answers; results carry cluster, job and metric."""
    by_metric: dict[str, list[str]] = {}
    for job, metric in needed:
        by_metric.setdefault(metric, []).append(job)
    if max(map(len, by_metric.values())) <= FEW_SERVICES:
        jobs = sorted({job for job, _ in needed})
        gone = [_named(f"absent({_of(metric, cluster, (job,))})", metric) for job, metric in needed]
        silent = "\n  or ".join(_silent(cluster, job, by="job") for job in jobs)
        return "(\n  " + "\n  or ".join(gone) + f"\n)\nunless on (job) (\n  {silent}\n)"
    return "\nor\n".join(_named(_without(metric, cluster, of), metric) for metric, of in by_metric.items())


def _silent(cluster: str, job: str, by: str = "cluster, job") -> str:
    """No target of the job answers. Both sides carry these labels, which `absent(up == 1)` would not: absent() takes
    them from a plain selector only."""
    up = _of("up", cluster, (job,))
    return f"absent({up}) or max by ({by}) ({up}) == 0"


def _without(metric: str, cluster: str, jobs: Sequence[str]) -> str:
    """Jobs that answer without a metric: one term however many they are, where `absent()` needs one for each job."""
    up, there = _of("up", cluster, jobs), _of(metric, cluster, jobs)
    return f"max by (cluster, job) ({up}) == 1 unless on (cluster, job) group by (cluster, job) ({there})"


def _named(query: str, metric: str) -> str:
    return f'label_replace({query}, "metric", "{metric}", "", "")'


def _of(metric: str, cluster: str, jobs: Sequence[str]) -> str:
    return f'{metric}{{cluster="{cluster}", {matchers(tuple(jobs))}}}'
