"""One field of a gateway's access log: its ECS name, and what the gateway writes into it."""

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["date", "float", "ip", "keyword", "long"]


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessField:
    """A field of every access-log line.

    `name` is dotted as ECS writes it (`http.response.status_code`); the line nests it. `operator` is the gateway's
    format string, a constant where it has no command. `type` is the Elasticsearch type its values fit. A field whose
    value is unknown for a request is left out of its line.
    """

    name: str
    operator: str
    type: FieldType
    help: str
