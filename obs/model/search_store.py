"""What an Elasticsearch cluster is given: request bodies by kind and name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

StoreKind = Literal[
    "lifecycle-policies",
    "snapshot-policies",
    "ingest-pipelines",
    "component-templates",
    "index-templates",
    "roles",
    "api-keys",
]

APPLY_ORDER: tuple[StoreKind, ...] = (
    "lifecycle-policies",
    "snapshot-policies",
    "ingest-pipelines",
    "component-templates",
    "index-templates",
    "roles",
)
"""What refers to something comes after it. API keys are made by hand: their answer is a secret."""

PATHS: Mapping[StoreKind, str] = {
    "lifecycle-policies": "_ilm/policy",
    "snapshot-policies": "_slm/policy",
    "ingest-pipelines": "_ingest/pipeline",
    "component-templates": "_component_template",
    "index-templates": "_index_template",
    "roles": "_security/role",
    "api-keys": "_security/api_key",
}
"""Where each kind is put, below the cluster's address."""

FOLDER = "kibana/elasticsearch"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """One request body; its file is `kibana/elasticsearch/KIND/NAME.json`."""

    kind: StoreKind
    name: str
    body: Mapping[str, Any]

    @property
    def path(self) -> str:
        """Where it lies on the shelf."""
        return f"{FOLDER}/{self.kind}/{self.name}.json"


def place(path: str) -> tuple[StoreKind, str] | None:
    """Kind and name of a file of the shelf; None for files that are no request body."""
    for kind in PATHS:
        folder = f"{FOLDER}/{kind}/"
        if path.startswith(folder) and path.endswith(".json"):
            return kind, path.removeprefix(folder).removesuffix(".json")
    return None
