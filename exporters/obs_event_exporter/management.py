"""The management API: what the broker knows of single queues, its members, its user; and all queues as a fallback.

Every question names its virtual host. Asked without one, `/api/queues` answers a user who may see nothing with
status 200 and an empty list; asked with one it says 401 or 404, and from 4.3 on 404 in either case.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from obs_event_exporter.client import Client
from obs_event_exporter.detailed import Queue
from obs_exporter.collect import CollectFailed, Deadline

QUEUE_COLUMNS = (
    "name,vhost,type,state,node,durable,messages_ready,messages_unacknowledged,consumers,head_message_timestamp,message_stats,"
    "consumer_details.consumer_tag,consumer_details.channel_details.name"
)
LIST_COLUMNS = "name,vhost,messages_ready,messages_unacknowledged,consumers"
NODE_COLUMNS = "name,running,mem_alarm,disk_free_alarm"
MONITORS = {"administrator", "monitoring"}
"""Tags of users who see more than their own objects."""
ALWAYS = "amq.direct"
"""An exchange the broker declares in every virtual host and lets nobody delete."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Details:
    """One queue as the management API tells it. Counts are totals since the queue exists; `head` is Unix time."""

    kind: str
    durable: bool
    state: str
    node: str
    """The node that leads it."""
    ready: int | None
    consumers: tuple[str, ...]
    consumer_count: int | None
    head: float | None
    published: int
    delivered: int
    acked: int
    redelivered: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One node of the cluster by its own word or its peers'. `alarms` is None while it does not run."""

    name: str
    running: bool
    alarms: Mapping[str, bool] | None


async def queue_details(client: Client, deadline: Deadline, *, queue: Queue) -> Details | None:
    """One queue, or None where the broker has no such queue in that virtual host."""
    vhost, name = queue
    try:
        told = await _ask(client, f"/api/queues/{_part(vhost)}/{_part(name)}?columns={QUEUE_COLUMNS}", deadline)
    except CollectFailed as error:
        if error.reason == "missing":
            return None
        raise
    return read_details(told)


async def queue_depths(client: Client, deadline: Deadline, *, vhost: str) -> dict[Queue, list[int]]:
    """(ready, unacked, consumers) of every queue of a virtual host. Pages are followed where the broker pages."""
    found: dict[Queue, list[int]] = {}
    page, pages = 1, 1
    while page <= pages:
        place = f"&page={page}&page_size=500" if page > 1 else ""
        told = await _ask(client, f"/api/queues/{_part(vhost)}?columns={LIST_COLUMNS}{place}", deadline)
        items, pages = (told["items"], int(told["page_count"])) if isinstance(told, dict) else (told, 1)
        found |= {(item["vhost"], item["name"]): _depth(item) for item in items}
        page += 1
    return found


async def members(client: Client, deadline: Deadline) -> tuple[Member, ...]:
    """The nodes of the cluster, those that are down included."""
    return tuple(_member(item) for item in await _ask(client, f"/api/nodes?columns={NODE_COLUMNS}", deadline))


async def may_monitor(client: Client, deadline: Deadline) -> bool:
    """Whether the user has a tag that lets it see what others own. Raises CollectFailed where it cannot log in."""
    tags = (await _ask(client, "/api/whoami", deadline)).get("tags", [])
    return bool(MONITORS & set(tags.split(",") if isinstance(tags, str) else tags))


async def may_see(client: Client, deadline: Deadline, *, vhost: str) -> bool:
    """Whether the user has any permission in a virtual host; without one its queues look as if there were none.

    Raises CollectFailed where there is no such virtual host.
    """
    try:
        await check_vhost(client, deadline, vhost=vhost)
    except CollectFailed as error:
        if error.reason == "forbidden":
            return False
        raise
    return True


async def check_vhost(client: Client, deadline: Deadline, *, vhost: str) -> None:
    """Raise CollectFailed unless a virtual host is there and may be seen.

    A queue that is missing and a queue of a virtual host that is missing look alike, so an exchange is asked for that
    no virtual host can be without.
    """
    try:
        await _ask(client, f"/api/exchanges/{_part(vhost)}/{ALWAYS}?columns=name", deadline)
    except CollectFailed as error:
        if error.reason != "missing":
            raise
    else:
        return
    if vhost in await _vhosts(client, deadline):
        raise CollectFailed("forbidden", f"the user has no permission in the virtual host {vhost}")
    raise vhost_missing(vhost)


async def _vhosts(client: Client, deadline: Deadline) -> set[str]:
    """Virtual hosts the user knows of; with the tag monitoring all. RabbitMQ 4.3 says 404 of what is in one that the
    user may not see, where versions before said 401.
    """
    return {str(item["name"]) for item in await _ask(client, "/api/vhosts?columns=name", deadline)}


def vhost_missing(vhost: str) -> CollectFailed:
    """The failure of every question about a virtual host that is not there."""
    return CollectFailed("vhost_missing", f"the broker has no running virtual host {vhost}")


def read_details(told: Mapping[str, Any]) -> Details:
    """One queue's answer. A queue nobody used yet has no counters: these are 0."""
    stats = told.get("message_stats", {})
    return Details(
        kind=str(told.get("type", "classic")),
        durable=bool(told.get("durable")),
        state=str(told.get("state", "")),
        node=str(told.get("node", "")),
        ready=told.get("messages_ready"),
        consumers=_consumers(told),
        consumer_count=told.get("consumers"),
        head=_head(told.get("head_message_timestamp")),
        published=stats.get("publish", 0),
        delivered=stats.get("deliver_get", 0),
        acked=stats.get("ack", 0) + stats.get("deliver_no_ack", 0) + stats.get("get_no_ack", 0),
        redelivered=stats.get("redeliver", 0),
    )


def _consumers(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Who consumes; where the broker gives no details, as many as there are, without telling them apart."""
    listed = tuple(sorted(_consumer(item) for item in told.get("consumer_details", [])))
    return listed or ("",) * int(told.get("consumers") or 0)


def _consumer(item: Mapping[str, Any]) -> str:
    """Who consumes: a daemon that came back has another channel, even where its tag is the same."""
    return f"{item.get('channel_details', {}).get('name', '')} {item.get('consumer_tag', '')}"


def _head(told: object) -> float | None:
    return float(told) if isinstance(told, int | float) and told > 0 else None


def _depth(item: Mapping[str, Any]) -> list[int]:
    return [int(item.get(key, 0)) for key in ("messages_ready", "messages_unacknowledged", "consumers")]


def _member(item: Mapping[str, Any]) -> Member:
    alarms = {"memory": bool(item.get("mem_alarm")), "disk": bool(item.get("disk_free_alarm"))}
    running = bool(item.get("running"))
    return Member(name=str(item["name"]), running=running, alarms=alarms if running else None)


async def _ask(client: Client, path: str, deadline: Deadline) -> Any:
    pieces: list[bytes] = []
    await client.get(path, pieces.append, deadline)
    try:
        return json.loads(b"".join(pieces))
    except ValueError:
        raise CollectFailed("protocol", f"{client.address} answers {path.partition('?')[0]} without JSON") from None


def _part(name: str) -> str:
    return quote(name, safe="")
