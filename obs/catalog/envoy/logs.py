"""Envoy: access lines as JSON (the list in access_log.py) or in its default text, and its application log."""

from obs.catalog.envoy.access_log import ACCESS_LOG, DATASET
from obs.catalog.log_shapes import REST, level_field, message_field
from obs.model.access_log import AccessField
from obs.model.logs import Convert, Dialect, Field, FieldType, Join, LogFormat

_ACCESS = {"event.category": ("web",), "event.type": ("access",)}
_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+Z?"
_CONSTANT = ("ecs.version", "event.dataset")

_TEXT = {
    "@timestamp": "time",
    "event.duration": "duration",
    "http.request.id": "request",
    "http.request.method": "method",
    "http.request.body.bytes": "received",
    "http.response.body.bytes": "sent",
    "http.response.status_code": "status",
    "url.domain": "authority",
    "url.path": "path",
    "source.ip": "forwarded",
    "user_agent.original": "agent",
    "network.protocol": "protocol",
    "envoy.response_flags": "flags",
    "envoy.upstream.address": "upstream",
    "envoy.upstream.duration_ms": "upstream_time",
}
"""Field of the JSON line -> group of Envoy's default text format that says the same."""

_TYPES: dict[str, FieldType] = {"url.path": "wildcard"}
"""ECS' own types, where a gateway's list of plain types says less."""

_CONVERT: dict[str, Convert] = {"date": "time", "long": "integer", "float": "number", "ip": "address", "keyword": "text"}


def _field(said: AccessField) -> Field:
    """The field of a JSON line; the text format says durations in milliseconds and paths with their query."""
    group = (_TEXT[said.name],) if said.name in _TEXT and said.name != "event.duration" else ()
    return Field(
        name=said.name,
        type=_TYPES.get(said.name, "double" if said.type == "float" else said.type),
        help=said.help,
        sources=(said.name, *group, *(("at",) if said.type == "date" else ())),
        convert="path" if said.name == "url.path" else _CONVERT[said.type],
    )


LOGS = LogFormat(
    name="envoy",
    title="Envoy",
    dialects=(
        Dialect(
            name="access",
            help="One JSON object per request, as our gateway writes it.",
            dataset=DATASET,
            mark="http.response.status_code",
            summary=("http.request.method", "url.path", "http.response.status_code", "envoy.response_flags"),
            constants=_ACCESS,
        ),
        Dialect(
            name="access_text",
            help="Envoy's default access format, of gateways that are not ours; it has milliseconds, so no duration.",
            dataset=DATASET,
            pattern=(
                rf"^\[(?<time>{_TIME})\] \"(?<method>[A-Z]+|-) (?<path>\S+) (?<protocol>[^\"]+)\" (?<status>\d+) "
                r"(?<flags>\S+) (?<received>\d+) (?<sent>\d+) (?<milliseconds>\d+|-) (?<upstream_time>\d+|-) "
                r"\"(?<forwarded>[^\"]*)\" \"(?<agent>[^\"]*)\" \"(?<request>[^\"]*)\" \"(?<authority>[^\"]*)\" "
                r"\"(?<upstream>[^\"]*)\""
            ),
            constants=_ACCESS,
        ),
        Dialect(
            name="app",
            help="Its own log: time, thread, level, logger; since 1.22 the source file behind them.",
            dataset="envoy.log",
            pattern=rf"^\[(?<at>{_TIME})\]\[(?<thread>\d+)\]\[(?<level>[a-z]+)\]\[(?<logger>[a-z_0-9]+)\] {REST}",
        ),
    ),
    fields=(
        level_field("level"),
        message_field("message"),
        Field(name="log.logger", type="keyword", help="Envoy's logger.", sources=("logger",)),
        Field(
            name="event.outcome",
            type="keyword",
            help="failure from status 400 upwards.",
            sources=("http.response.status_code", "status"),
            convert="http_outcome",
        ),
        *(_field(said) for said in ACCESS_LOG if said.name not in _CONSTANT),
    ),
    join=Join(start=r"^\[[^\]]+\]\[\d+\]\[(?:debug|trace)\]", follow=r"^(?![\[{])"),
    drop=("ecs", "event", "http", "url", "source", "user_agent", "network", "envoy"),
)
"""At debug level headers follow line by line; access lines are whole and never wait for more.

Every value of an access line becomes a field of its own, so nothing of it is kept twice.
"""
