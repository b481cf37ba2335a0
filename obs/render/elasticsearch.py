"""Elasticsearch: everything a cluster must know before the first document arrives, as request bodies."""

from collections.abc import Iterator

from obs.model.artifact import Artifact
from obs.model.plan import Plan
from obs.model.search_store import Stored
from obs.printer import to_json
from obs.render import elasticsearch_access, elasticsearch_pipelines, elasticsearch_policies, elasticsearch_templates


def render(plan: Plan) -> Iterator[Artifact]:
    """One file per policy, template, role and key; nothing for a platform without logs."""
    for stored in bodies(plan):
        yield Artifact(path=stored.path, text=to_json(stored.body))


def bodies(plan: Plan) -> Iterator[Stored]:
    """Every request body, in the order it is applied."""
    if plan.logs is not None:
        meta = {"managed_by": "obs", "spec": plan.platform.spec_name}
        yield from elasticsearch_policies.policies(plan.logs, meta)
        body = elasticsearch_pipelines.pipeline(plan.logs.logging.elasticsearch, meta)
        yield Stored(kind="ingest-pipelines", name=elasticsearch_pipelines.PIPELINE, body=body)
        yield from elasticsearch_templates.templates(plan.logs, meta)
        watched = bool(plan.platform.of("elasticsearch"))
        yield from elasticsearch_access.access(plan.logs, meta, watched=watched)
