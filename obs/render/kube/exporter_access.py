"""What lets our exporters in: SQL for each database engine, and a user of the broker; passwords are in neither."""

import json
import re
from collections.abc import Iterable, Iterator

from obs.conventions import GENERATED
from obs.model.artifact import Artifact
from obs.model.plan import Job, Part, Plan

NOTHING = "^$"
TAP_QUEUES = r"^obs\.tap\."
USER = "obs_exporter"


def access(plan: Plan, folder: str) -> Iterator[Artifact]:
    """`grants/<component>/<engine>.sql` and `rabbitmq/<service>.json` below the folder."""
    for part in plan.parts:
        for name in _wanted(part):
            yield Artifact(path=f"{folder}/grants/{part.component.name}/{name}", text=grant(plan, part, name))
        for job in part.jobs:
            if job.exporter == "obs_event_exporter":
                yield Artifact(path=f"{folder}/rabbitmq/{job.service.name}.json", text=definitions(part, job))


def _wanted(part: Part) -> Iterator[str]:
    """Every file but those of business tables the spec does not have counted."""
    return (name for name in part.grants if part.options.get(_database_option(name), "no such option"))


def _database_option(name: str) -> str:
    """`peatio.sql` -> `peatio_database`: the option that says where the tables of these grants are."""
    return f"{name.removesuffix('.sql')}_database"


def grant(plan: Plan, part: Part, name: str) -> str:
    """SQL as an administrator runs it, but for `<password>`, which only that person knows."""
    heartbeat = str(part.options.get("heartbeat_table") or "obs.heartbeat")
    database = str(part.options.get(_database_option(name), ""))
    told = {"user": USER, "heartbeat": heartbeat, "schema": heartbeat.partition(".")[0], "database": database}
    text = part.grants[name]
    for placeholder, value in told.items():
        text = text.replace(f"<{placeholder}>", value)
    return f"-- {GENERATED.format(spec=plan.platform.spec_name)}\n{text}"


def definitions(part: Part, job: Job) -> str:
    """Definitions RabbitMQ imports: a user that may look at everything and touch nothing, one for the tap, and one for
    passive declares.

    An empty hash lets nobody in by password (https://www.rabbitmq.com/docs/passwords); `rabbitmqctl change_password`
    follows the import.
    """
    vhost = str(job.service.options.get("vhost") or part.options.get("vhost") or "/")
    tapped, declared = (_named(part, job, option) for option in ("tap_events", "declare_queues"))
    users = [_user("obs-exporter", "monitoring")]
    permissions = [_permission("obs-exporter", vhost, configure=NOTHING, write=NOTHING, read=NOTHING)]
    if tapped:
        exchanges = sorted({name.partition("/")[0].replace(".", r"\.") for name in tapped})
        may_read = "|".join([TAP_QUEUES, *(f"^{exchange}$" for exchange in exchanges)])
        users.append(_user("obs-tap"))
        permissions.append(_permission("obs-tap", vhost, configure=TAP_QUEUES, write=TAP_QUEUES, read=may_read))
    if declared:
        users.append(_user("obs-declare"))
        may_write = _only(name for name in declared if name not in _exchanges(part))
        permissions.append(_permission("obs-declare", vhost, configure=NOTHING, write=may_write, read=NOTHING))
    return json.dumps({"permissions": permissions, "users": users, "vhosts": [{"name": vhost}]}, indent=2) + "\n"


def _named(part: Part, job: Job, option: str) -> tuple[str, ...]:
    said = job.service.options.get(option) or part.options.get(option)
    return tuple(map(str, said)) if isinstance(said, tuple) else ()


def _exchanges(part: Part) -> frozenset[str]:
    """Exchanges the spec knows. A permission is on a name, whatever has it: to write to a queue that is called like an
    exchange would be to publish to that.
    """
    options = ("order_exchanges", "mail_exchanges", "stream_exchange")
    values = (part.options.get(option) for option in options)
    return frozenset(str(name) for value in values for name in (value if isinstance(value, tuple) else (value,)))


def _only(names: Iterable[str]) -> str:
    """The pattern of these names and no others. To write is the least of the three rights a passive declare is content
    with (from RabbitMQ 4.3.1): it neither takes messages from a queue nor deletes it.
    """
    escaped = [re.sub(r"([^a-zA-Z0-9_:@#,/ -])", r"\\\1", name) for name in names]
    return f"^({'|'.join(escaped)})$" if escaped else NOTHING


def _user(name: str, *tags: str) -> dict[str, object]:
    algorithm = "rabbit_password_hashing_sha256"
    return {"hashing_algorithm": algorithm, "name": name, "password_hash": "", "tags": list(tags)}


def _permission(user: str, vhost: str, *, configure: str, write: str, read: str) -> dict[str, str]:
    return {"configure": configure, "read": read, "user": user, "vhost": vhost, "write": write}
