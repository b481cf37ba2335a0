"""Kibana: everything people look at, as one file that its import takes whole."""

from collections.abc import Iterator

from obs.conventions import KIBANA_OBJECTS
from obs.model.artifact import Artifact
from obs.model.plan import Plan
from obs.render.kibana_dashboard import dashboard
from obs.render.kibana_objects import Json, data_view, saved_query, search, tag, text


def render(plan: Plan) -> Iterator[Artifact]:
    """One object a line; nothing for a platform without logs."""
    lines = [text(made) for made in objects(plan)]
    if lines:
        yield Artifact(path=KIBANA_OBJECTS, text="\n".join(lines) + "\n")


def objects(plan: Plan) -> Iterator[Json]:
    """Every saved object, what others refer to first."""
    logs, platform = plan.logs, plan.platform
    if logs is None:
        return
    types = {field.name: field.type for field in logs.fields}
    yield data_view(logs, platform.links)
    yield tag(platform.title or platform.name)
    yield from (saved_query(query) for query in logs.logging.queries)
    for board in logs.boards:
        yield from (search(board, found) for found in board.searches)
        yield dashboard(board, platform.links, types)
