"""Which labels an alert arrives with, told from its rule and the jobs its expression reads."""

import re

from obs.model.plan import Job, Plan, PlannedAlert
from obs.render.scrape import labels_of, spoken_for

Labels = dict[str, str]
_JOB = re.compile(r'\bjob=~?"([^"]*)"')
_BY = re.compile(r"\bby\s*\(([^)]*)\)")
_ABSENT = re.compile(r"\babsent(_over_time)?\(")


def static(alert: PlannedAlert) -> Labels:
    """The labels every instance of the alert carries: its name and what the rule adds."""
    return {"alertname": alert.name, **dict(alert.rule.labels)}


def places(plan: Plan) -> dict[str, Labels]:
    """Job name -> the job and namespace labels of its series."""
    return {job.name: _place(plan, job) for job in plan.jobs}


def samples(plan: Plan, known: dict[str, Labels], alert: PlannedAlert) -> list[Labels]:
    """One label set per job the alert reads, without labels that differ from target to target; never empty.

    `known` is what `places` says of the plan.
    """
    external = {"cluster": plan.platform.cluster, "environment": plan.platform.environment}
    kept = _kept(alert.expr)
    names = [name for names in _JOB.findall(alert.expr) for name in names.split("|")]
    found = [{k: v for k, v in known[name].items() if k in kept} for name in dict.fromkeys(names) if name in known]
    sets = [{k: v for k, v in sorted((external | place | static(alert)).items()) if v} for place in found or [{}]]
    return [labels for position, labels in enumerate(sets) if labels not in sets[:position]]


def _kept(expr: str) -> set[str]:
    """Which of namespace and job survive: an absent series has its matchers only, an aggregation its clause."""
    kept = {"job"} if _ABSENT.search(expr) else {"namespace", "job"}
    for clause in _BY.findall(expr):
        kept &= {label.strip() for label in clause.split(",")}
    return kept


def _place(plan: Plan, job: Job) -> Labels:
    found = {"job": job.name}
    if "namespace" in spoken_for(plan, job):
        found["namespace"] = plan.platform.services[0].namespace
    elif "namespace" in labels_of(plan, job):
        found["namespace"] = job.service.namespace if job.kind == "probe" else job.namespace
    return found
