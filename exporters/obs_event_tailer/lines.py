"""An event of core/v1 as a line: what is printed of it, what tells two happenings apart, and when it was."""

import json
from datetime import UTC, datetime
from typing import Any

Event = dict[str, Any]
Happening = tuple[object, ...]
"""An event object stands for many happenings: each raises its count, or that of its series."""
TIMES = ("lastTimestamp", "eventTime", "firstTimestamp")
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def line(event: Event) -> str:
    """The object in one line, as the API server tells it but for `managedFields`; items of a list lack their kind."""
    metadata = {key: value for key, value in event["metadata"].items() if key != "managedFields"}
    whole = {"kind": "Event", "apiVersion": "v1", **event, "metadata": metadata}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"


def identity(event: Event) -> str:
    """The object's uid: a name may be used again."""
    return str(event["metadata"].get("uid") or f"{event['metadata'].get('namespace')}/{event['metadata']['name']}")


def version(event: Event) -> str:
    """The state of the cluster in which the object came to be as it is: where a watch goes on."""
    return str(event["metadata"].get("resourceVersion") or "")


def is_after(event: Event, state: str) -> bool:
    """Whether the object came to be as it is after a state. They are numbers that grow, which Kubernetes promises
    since 1.35 and etcd always kept; what is none is taken for new, to be told twice rather than never."""
    own = version(event)
    return not (own.isdigit() and state.isdigit()) or int(own) > int(state)


def happening(event: Event) -> Happening:
    """What changes when it happens again, and not when only its metadata changes."""
    series = event.get("series") or {}
    return (event.get("count"), event.get("lastTimestamp"), series.get("count"), series.get("lastObservedTime"))


def moment(event: Event) -> datetime:
    """When it last happened; when it was written down, where it does not say."""
    series = event.get("series") or {}
    told = [series.get("lastObservedTime"), *(event.get(key) for key in TIMES)]
    told.append(event["metadata"].get("creationTimestamp"))
    return max((_time(text) for text in told if text), default=BEGINNING)


def _time(text: object) -> datetime:
    """A time of the API: RFC 3339, in UTC."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return BEGINNING
    return found if found.tzinfo else found.replace(tzinfo=UTC)
