"""tables.json: what our plugin reads, made from the catalogue and the spec."""

import json
from typing import Any

from obs.conventions import log_dataset, log_namespace, log_stream
from obs.model.log_fields import SPELLINGS
from obs.model.logging import LogPlan
from obs.model.logs import Dialect, LogFormat

Json = dict[str, Any]
ECS_VERSION = "8.17.0"
"""Version of the Elastic Common Schema whose names documents use; fields.csv of that release has every one of them."""


def tables(logs: LogPlan) -> str:
    """The file, one format a block, keys in order."""
    told = {
        "formats": {form.name: _format(form) for form in logs.formats},
        "levels": dict(SPELLINGS),
        "origin": _origin(logs),
    }
    return json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _format(form: LogFormat) -> Json:
    """Dialects in the order they are tried; objects by their marks, in order."""
    return {
        "dialects": [_dialect(d) for d in form.dialects],
        "objects": [[_path(d.mark), d.name] for d in form.dialects if d.json],
        "fields": [[f.name, f.convert, [_path(s) for s in f.sources]] for f in form.fields if f.sources],
        "taken": sorted({s for f in form.fields for s in f.sources if "." not in s}),
        "drop": [_path(path) for path in form.drop],
        "levels": dict(form.levels),
        "join": [form.join.start, form.join.follow] if form.join else None,
        "traces": list(form.languages),
    }


def _dialect(dialect: Dialect) -> Json:
    constants = {name: list(v) if isinstance(v, tuple) else v for name, v in dialect.constants.items()}
    return {
        "name": dialect.name,
        "pattern": dialect.pattern or None,
        "dataset": dialect.dataset,
        "constants": constants,
        "summary": [_path(path) for path in dialect.summary],
    }


def _path(path: str) -> list[str]:
    return path.split(".") if path else []


def _origin(logs: LogPlan) -> Json:
    routes = [
        {"namespace": r.namespace, "labels": dict(r.selector), "service": r.service, "format": r.format.name}
        for r in logs.routes
    ]
    return {
        "cluster": logs.cluster,
        "fallback": logs.logging.fallback.name,
        "routes": routes,
        "classes": _classes(logs),
        "constants": {
            "data_stream.type": "logs",
            "data_stream.namespace": log_namespace(logs.cluster),
            "ecs.version": ECS_VERSION,
            "orchestrator.cluster.name": logs.cluster,
        },
    }


def _classes(logs: LogPlan) -> dict[str, list[str]]:
    """Namespace -> data stream and dataset; "" is every other one."""
    found: dict[str, list[str]] = {}
    for one in logs.logging.classes:
        for namespace in one.namespaces or ("",):
            found[namespace] = [log_stream(one.name, logs.cluster), log_dataset(one.name)]
    return found
