"""Putting the bundle's request bodies on an Elasticsearch: what differs is changed, and nothing else."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from elasticsearch import ApiError, Elasticsearch, TransportError

from obs.model.search_store import APPLY_ORDER, PATHS, StoreKind, place
from obs.publish.reach import unreached

Json = Mapping[str, Any]
HEADERS = {"accept": "application/json", "content-type": "application/json"}
DEFAULTS = {
    "allow_custom_routing": "false",
    "allow_restricted_indices": "false",
    "applications": "[]",
    "cluster": "[]",
    "delete_searchable_snapshot": "true",
    "description": "",
    "enabled": "true",
    "hidden": "false",
    "indices": "[]",
    "run_as": "[]",
    "version": "1",
}
"""What Elasticsearch adds to a body by itself: key -> value. Such a difference is none."""


DATES = ("created_date", "created_date_millis", "modified_date", "modified_date_millis")
"""What Elasticsearch notes of each template."""


class Difference(NamedTuple):
    """One leaf of a body; "" where the old or the new body has none."""

    key: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One body against what the cluster has. `new` when it has nothing of that name."""

    path: str
    kind: StoreKind
    name: str
    body: Json
    new: bool
    differences: tuple[Difference, ...]

    @property
    def needed(self) -> bool:
        """Whether anything is to be done."""
        return self.new or bool(self.differences)


class Refused(Exception):
    """The cluster did not take what it was given, or could not be asked: one line each."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def client(url: str, *, api_key: str = "", user: str = "", password: str = "", ca: str = "") -> Elasticsearch:
    """The official client. A key wins over a user; `ca` is a file with the cluster's certificate authority."""
    login: dict[str, Any] = {"api_key": api_key} if api_key else {"basic_auth": (user, password)} if user else {}
    trusted: dict[str, Any] = {"ca_certs": ca} if ca else {}
    return Elasticsearch(url, **login, **trusted, request_timeout=30, max_retries=2, retry_on_timeout=True)


def compare(asked: Elasticsearch, artifacts: Mapping[str, str]) -> tuple[Change, ...]:
    """Every body of a bundle against the cluster, in the order they are applied. Refused: it cannot be asked."""
    try:
        return tuple(_change(asked, path, text) for path, text in _ordered(artifacts))
    except (ApiError, TransportError) as error:
        raise Refused([_told(error)]) from None


def apply(asked: Elasticsearch, changes: Iterable[Change]) -> tuple[Change, ...]:
    """Put what is needed and return it. Refused names every body that was not taken; the others are in place."""
    done, refused = [], []
    for change in changes:
        if not change.needed:
            continue
        try:
            asked.perform_request("PUT", _url(change.kind, change.name), headers=HEADERS, body=change.body)
            done.append(change)
        except (ApiError, TransportError) as error:
            refused.append(f"{change.path}: {_told(error)}")
    if refused:
        raise Refused(refused)
    return tuple(done)


def _ordered(artifacts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for kind in APPLY_ORDER:
        for path, text in artifacts.items():
            found = place(path)
            if found and found[0] == kind:
                yield path, text


def _change(asked: Elasticsearch, path: str, text: str) -> Change:
    found = place(path)
    assert found is not None
    kind, name = found
    body = json.loads(text)
    old = _existing(asked, kind, name)
    differences = () if old is None else tuple(_differences(old, body))
    return Change(path=path, kind=kind, name=name, body=body, new=old is None, differences=differences)


def _existing(asked: Elasticsearch, kind: StoreKind, name: str) -> Json | None:
    """What the cluster has under this name, without its frame; None for nothing."""
    try:
        body: Json = asked.perform_request("GET", _url(kind, name), headers=HEADERS).body
    except ApiError as error:
        if error.meta.status == 404:
            return None
        raise
    match kind:
        case "component-templates":
            return dict(body["component_templates"][0]["component_template"])
        case "index-templates":
            return dict(body["index_templates"][0]["index_template"])
        case "lifecycle-policies":
            return {"policy": body[name]["policy"]}
        case "snapshot-policies":
            return dict(body[name]["policy"])
        case _:
            return dict(body[name])


def _url(kind: StoreKind, name: str) -> str:
    return f"/{PATHS[kind]}/{name}"


def _differences(old: Json, new: Json) -> Iterator[Difference]:
    before, after = dict(_leaves(old, "")), dict(_leaves(new, ""))
    for key in sorted({*before, *after}):
        was, now = before.get(key, ""), after.get(key, "")
        added = not now and (key in DATES or DEFAULTS.get(key.rpartition(".")[2]) == was)
        if was != now and not added:
            yield Difference(key, was, now)


def _leaves(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """(dotted key, value as text): Elasticsearch gives numbers and flags of settings back as text."""
    if isinstance(node, Mapping) and node:
        for key, value in node.items():
            yield from _leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(node, list) and node and isinstance(node[0], Mapping):
        for number, value in enumerate(node):
            yield from _leaves(value, f"{path}.{number}")
    elif isinstance(node, list):
        yield path, json.dumps([str(item) for item in node])
    elif not isinstance(node, Mapping):
        yield path, str(node).lower() if isinstance(node, bool) else str(node)


def _told(error: ApiError | TransportError) -> str:
    """The innermost reason, in Elasticsearch's words."""
    if isinstance(error, TransportError):
        return unreached(error.message)
    said = error.body.get("error") if isinstance(error.body, dict) else None
    while isinstance(said, dict) and "caused_by" in said:
        said = said["caused_by"]
    reason = said.get("reason") if isinstance(said, dict) else said
    return f"Elasticsearch answered {error.meta.status}: {reason or error.message}"
