"""Envoy: access lines as JSON (the stanza in docs/logging.md) or in its default text, and its application log."""

from obs.catalog.log_shapes import REST, keyword, level_field, message_field, time_field
from obs.model.logs import Dialect, Field, Join, LogFormat

_ACCESS = {"event.category": ("web",), "event.type": ("access",)}
_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+Z?"

_DIALECTS = (
    Dialect(
        name="access",
        help="One JSON object per request, from the access-log stanza of docs/logging.md.",
        dataset="envoy.access",
        mark="response_code",
        summary=("method", "path", "response_code", "response_flags"),
        constants=_ACCESS,
    ),
    Dialect(
        name="access_text",
        help="Envoy's default access format.",
        dataset="envoy.access",
        pattern=(
            rf"^\[(?<time>{_TIME})\] \"(?<method>[A-Z]+|-) (?<path>\S+) (?<protocol>[^\"]+)\" (?<status>\d+) "
            r"(?<flags>\S+) (?<received>\d+) (?<sent>\d+) (?<duration>\d+|-) (?<upstream_time>\d+|-) "
            r"\"(?<forwarded>[^\"]*)\" \"(?<agent>[^\"]*)\" \"(?<request>[^\"]*)\" \"(?<authority>[^\"]*)\" "
            r"\"(?<upstream>[^\"]*)\""
        ),
        constants=_ACCESS,
    ),
    Dialect(
        name="app",
        help="Its own log: time, thread, level, logger; since 1.22 the source file behind them.",
        dataset="envoy.log",
        pattern=rf"^\[(?<time>{_TIME})\]\[(?<thread>\d+)\]\[(?<level>[a-z]+)\]\[(?<logger>[a-z_0-9]+)\] {REST}",
    ),
)

LOGS = LogFormat(
    name="envoy",
    title="Envoy",
    dialects=_DIALECTS,
    fields=(
        time_field("start_time", "time"),
        level_field("level"),
        message_field("message"),
        keyword("log.logger", "Envoy's logger.", "logger"),
        keyword("http.request.method", "Method of the request.", "method"),
        Field(name="url.path", type="wildcard", help="Path before any rewrite.", sources=("path",), convert="path"),
        keyword("url.domain", "Host that was asked.", "authority"),
        keyword("http.version", "Protocol.", "protocol"),
        Field(name="http.response.status_code", type="long", help="Status of the answer.", sources=("response_code", "status"), convert="integer"),
        Field(name="event.outcome", type="keyword", help="failure from status 400 upwards.", sources=("response_code", "status"), convert="http_outcome"),
        keyword("envoy.response_flags", "Why Envoy answered itself, e.g. UAEX: refused by AuthZ.", "response_flags", "flags"),
        keyword("envoy.response_code_details", "The same in words, e.g. ext_authz_denied.", "response_code_details"),
        Field(name="http.request.body.bytes", type="long", help="Bytes of the request.", sources=("bytes_received", "received"), convert="integer"),
        Field(name="http.response.body.bytes", type="long", help="Bytes of the answer.", sources=("bytes_sent", "sent"), convert="integer"),
        Field(name="event.duration", type="long", help="First byte in to last byte out, nanoseconds.", sources=("duration",), convert="milliseconds"),
        Field(
            name="envoy.upstream_service_time",
            type="long",
            help="Of that, spent by the service behind, nanoseconds.",
            sources=("upstream_service_time", "upstream_time"),
            convert="milliseconds",
        ),
        keyword("envoy.upstream_cluster", "Cluster the request went to.", "upstream_cluster"),
        keyword("destination.address", "Pod the request went to.", "upstream_host", "upstream"),
        keyword("envoy.route_name", "Route that took it.", "route_name"),
        Field(name="source.ip", type="ip", help="Who asked: the first address of X-Forwarded-For.", sources=("x_forwarded_for", "forwarded"), convert="address"),
        keyword("user_agent.original", "With which program.", "user_agent", "agent"),
        keyword("http.request.id", "x-request-id, the same in every service.", "request_id", "request"),
        keyword("trace.id", "Its trace.", "trace_id"),
    ),
    join=Join(start=r"^\[[^\]]+\]\[\d+\]\[(?:debug|trace)\]", follow=r"^(?![\[{])"),
)
"""At debug level headers follow line by line; access lines are whole and never wait for more."""
