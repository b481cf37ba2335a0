"""The keys of Elasticsearch's request bodies, as far as ours go: from its API specification of 8.19 and 9.x."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from obs.model.search_store import StoreKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """Keys of an object, with what lies below each; below None nothing is looked into. `each`: names are the user's."""

    known: Mapping[str, "Keys | None"] = field(default_factory=dict)
    each: "Keys | None" = None


def keys(*plain: str, **below: Keys) -> Keys:
    """Keys with nothing to check below them, and keys with."""
    return Keys(known={**dict.fromkeys(plain), **below})


def keys_below(data: Any, known: Keys, path: str = "") -> Iterator[tuple[str, str, list[str]]]:
    """(path, key, known keys) for every key that is not known."""
    if isinstance(data, list):
        for item in data:
            yield from keys_below(item, known, path)
        return
    for key, value in data.items() if isinstance(data, dict) else ():
        if known.each is not None:
            yield from keys_below(value, known.each, f"{path}{key}.")
        elif key not in known.known:
            yield path, key, list(known.known)
        elif (below := known.known[key]) is not None:
            yield from keys_below(value, below, f"{path}{key}.")


_ROLLOVER = keys(
    *("max_age", "max_docs", "max_size", "max_primary_shard_size", "max_primary_shard_docs"),
    *("min_age", "min_docs", "min_size", "min_primary_shard_size", "min_primary_shard_docs"),
)
_ACTIONS = keys(
    "readonly",
    "unfollow",
    "migrate",
    rollover=_ROLLOVER,
    set_priority=keys("priority"),
    forcemerge=keys("max_num_segments", "index_codec"),
    shrink=keys("number_of_shards", "max_primary_shard_size", "allow_write_after_shrink"),
    allocate=keys("number_of_replicas", "total_shards_per_node", "include", "exclude", "require"),
    searchable_snapshot=keys("snapshot_repository", "force_merge_index", "replicate_for", "total_shards_per_node"),
    wait_for_snapshot=keys("policy"),
    delete=keys("delete_searchable_snapshot"),
    downsample=keys("fixed_interval", "wait_timeout", "sampling_method"),
)
_PHASE = keys("min_age", actions=_ACTIONS)
_PHASES = keys(hot=_PHASE, warm=_PHASE, cold=_PHASE, frozen=_PHASE, delete=_PHASE)
_MAPPING = keys("ignore_malformed", "coerce", total_fields=keys("limit", "ignore_dynamic_beyond_limit"))
_INDEX = keys(
    *("codec", "mode", "number_of_replicas", "number_of_shards", "refresh_interval", "auto_expand_replicas"),
    *("default_pipeline", "final_pipeline", "priority", "routing"),
    sort=keys("field", "order", "mode", "missing"),
    mapping=_MAPPING,
    query=keys("default_field"),
    lifecycle=keys("name", "rollover_alias", "prefer_ilm", "parse_origination_date", "origination_date"),
)
_MAPPINGS = keys(
    *("dynamic", "date_detection", "numeric_detection", "properties", "dynamic_templates", "runtime"),
    *("_source", "_routing", "_meta", "subobjects", "dynamic_date_formats"),
)
_TEMPLATE = keys(
    "aliases",
    "lifecycle",
    settings=keys(index=_INDEX),
    mappings=_MAPPINGS,
    data_stream_options=keys(failure_store=keys("enabled", "lifecycle")),
)
_ANY_PROCESSOR = ("description", "if", "ignore_failure", "tag")
_REPAIR = keys(append=keys(*_ANY_PROCESSOR, "field", "value", "allow_duplicates"))
_PROCESSORS = keys(
    script=keys(*_ANY_PROCESSOR, "id", "lang", "params", "source", on_failure=_REPAIR),
    dot_expander=keys(*_ANY_PROCESSOR, "field", "override", "path", on_failure=_REPAIR),
    geoip=keys(
        *_ANY_PROCESSOR,
        *("database_file", "field", "first_only", "ignore_missing", "properties", "target_field"),
        *("download_database_on_pipeline_creation",),
        on_failure=_REPAIR,
    ),
)
_PRIVILEGES = keys("names", "privileges", "field_security", "query", "allow_restricted_indices")
_ROLE = keys(
    *("cluster", "run_as", "global", "metadata", "description", "transient_metadata", "remote_indices", "restriction"),
    indices=_PRIVILEGES,
    applications=keys("application", "privileges", "resources"),
)

KEYS: Mapping[StoreKind, Keys] = {
    "lifecycle-policies": keys(policy=keys("_meta", "deprecated", phases=_PHASES)),
    "snapshot-policies": keys(
        *("schedule", "name", "repository", "unhealthy_if_no_snapshot_within"),
        config=keys(
            *("indices", "expand_wildcards", "ignore_unavailable", "include_global_state"),
            *("feature_states", "metadata", "partial"),
        ),
        retention=keys("expire_after", "min_count", "max_count"),
    ),
    "ingest-pipelines": keys(
        *("_meta", "deprecated", "description", "version"), processors=_PROCESSORS, on_failure=_REPAIR
    ),
    "component-templates": keys("version", "_meta", "deprecated", template=_TEMPLATE),
    "index-templates": keys(
        *("index_patterns", "priority", "composed_of", "ignore_missing_component_templates", "version", "_meta"),
        *("allow_auto_create", "deprecated"),
        data_stream=keys("hidden", "allow_custom_routing"),
        template=_TEMPLATE,
    ),
    "roles": _ROLE,
    "api-keys": keys("name", "expiration", "metadata", role_descriptors=Keys(each=_ROLE)),
}

FIELD_PARAMETERS: Mapping[str, frozenset[str]] = {
    "boolean": frozenset({"doc_values", "index", "null_value", "store"}),
    "constant_keyword": frozenset({"value"}),
    "date": frozenset({"format", "ignore_malformed", "doc_values", "index", "null_value"}),
    "double": frozenset({"coerce", "ignore_malformed", "doc_values", "index", "null_value"}),
    "flattened": frozenset({"depth_limit", "doc_values", "ignore_above", "index", "null_value"}),
    "geo_point": frozenset({"ignore_malformed", "ignore_z_value", "doc_values", "index", "null_value"}),
    "ip": frozenset({"ignore_malformed", "doc_values", "index", "null_value"}),
    "keyword": frozenset({"ignore_above", "doc_values", "index", "null_value", "normalizer", "fields", "norms"}),
    "long": frozenset({"coerce", "ignore_malformed", "doc_values", "index", "null_value"}),
    "match_only_text": frozenset({"fields", "meta"}),
    "wildcard": frozenset({"ignore_above", "null_value"}),
}
"""Field types of documents with the parameters each takes."""

PRIVILEGES = frozenset(
    (
        *("all", "auto_configure", "create", "create_doc", "create_index", "delete", "delete_index", "index"),
        *("maintenance", "manage", "manage_data_stream_lifecycle", "manage_failure_store", "manage_follow_index"),
        *("manage_ilm", "monitor", "none", "read", "read_cross_cluster", "read_failure_store", "view_index_metadata"),
        "write",
    )
)
"""Privileges on indices."""
