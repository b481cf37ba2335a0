"""Lifecycle and snapshot policies: how long a class's documents stay where, and what is copied elsewhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from obs.conventions import LOGS, log_object, seconds
from obs.model.logging import LogPlan, LogStream
from obs.model.search_store import Stored

Json = dict[str, Any]

HOUR, DAY = 3600, 86400
PRIORITY = {"high": 200, "normal": 100, "low": 50}
"""Which indices Elasticsearch recovers first after a restart; the dead letters come last."""
DEAD_LETTERS_PRIORITY = 10
SHARD_SIZE = "50gb"
"""Upper end of the 10 to 50 GB that Elastic's sizing guide recommends for a shard."""
PARTS = 10
"""A tenth of the retention per index: what is deleted is never more than a tenth older than was asked for."""
WARM_FROM = 7 * DAY
"""Shorter retentions are gone before moving and merging an index would have paid for itself."""
COLD_FROM = 30 * DAY


def policies(logs: LogPlan, meta: Mapping[str, str]) -> Iterator[Stored]:
    """A lifecycle policy per data stream, and one snapshot policy where the spec names a repository."""
    snapshots = logs.logging.elasticsearch.snapshots
    for stream in logs.streams:
        body = {"policy": {"_meta": dict(meta), "phases": phases(stream, snapshots=bool(snapshots))}}
        yield Stored(kind="lifecycle-policies", name=log_object(stream.dataset), body=body)
    if snapshots:
        yield Stored(kind="snapshot-policies", name=LOGS_POLICY, body=snapshot_policy(logs, snapshots))


LOGS_POLICY = "obs-logs"


def phases(stream: LogStream, *, snapshots: bool) -> Json:
    """Hot until rolled over; warm and cold as far as the retention is long enough for them; then deleted."""
    kept = seconds(stream.retention)
    priority = PRIORITY[stream.log_class.priority] if stream.log_class else DEAD_LETTERS_PRIORITY
    part = max(HOUR, kept / PARTS)
    rollover = {"max_primary_shard_size": SHARD_SIZE, "max_age": period(part)}
    made: Json = {"hot": {"min_age": "0ms", "actions": {"rollover": rollover, "set_priority": {"priority": priority}}}}
    if kept >= WARM_FROM:
        merged = {"forcemerge": {"max_num_segments": 1}, "set_priority": {"priority": priority // 2}}
        made["warm"] = {"min_age": period(max(DAY, part)), "actions": merged}
    if kept >= COLD_FROM:
        made["cold"] = {"min_age": period(kept / 3), "actions": {"readonly": {}, "set_priority": {"priority": 0}}}
    waits: Json = {"wait_for_snapshot": {"policy": LOGS_POLICY}} if snapshots else {}
    made["delete"] = {"min_age": period(kept), "actions": waits | {"delete": {}}}
    return made


def snapshot_policy(logs: LogPlan, repository: str) -> Json:
    """Every night, all our streams, kept as long as the longest retention."""
    longest = max(seconds(stream.retention) for stream in logs.streams)
    return {
        "schedule": "0 30 1 * * ?",
        "name": f"<{LOGS_POLICY}-{{now/d}}>",
        "repository": repository,
        "config": {"indices": [f"{LOGS}.*"], "include_global_state": False, "partial": False},
        "retention": {"expire_after": period(longest), "min_count": 5, "max_count": 100},
    }


def period(value: float) -> str:
    """Seconds as Elasticsearch writes them, in one unit: 86400 is 1d, 5400 is 90m."""
    whole = round(value)
    for unit, size in (("d", DAY), ("h", HOUR), ("m", 60)):
        if whole % size == 0 and whole:
            return f"{whole // size}{unit}"
    return f"{whole}s"
