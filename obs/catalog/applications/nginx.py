"""nginx in front of the web pages (baseapp, tower): combined access lines and its own error log."""

from obs.catalog.log_shapes import REST, keyword, level_field, message_field
from obs.model.logs import Dialect, Field, LogFormat

NGINX = LogFormat(
    name="nginx",
    title="nginx",
    dialects=(
        Dialect(
            name="access",
            help="The combined format with X-Forwarded-For; times have month names, so the runtime's stands.",
            dataset="nginx.access",
            pattern=(
                r"^(?<remote>[0-9a-fA-F.:]+) - (?<user>\S+) \[[^\]]+\] "
                r"\"(?<method>[A-Z]+) (?<url>[^ \"]+) HTTP/(?<protocol>[0-9.]+)\" (?<status>\d{3}) (?<sent>\d+|-) "
                r"\"(?<referrer>[^\"]*)\" \"(?<agent>[^\"]*)\"(?: \"(?<forwarded>[^\"]*)\")?"
            ),
            constants={"event.category": ("web",), "event.type": ("access",)},
        ),
        Dialect(
            name="error",
            help="The error log, which has no zone: the image runs in UTC, yet its slashes are no ISO date.",
            dataset="nginx.error",
            pattern=rf"^\d{{4}}/\d\d/\d\d \d\d:\d\d:\d\d \[(?<level>[a-z]+)\] (?<pid>\d+)#\d+: {REST}",
            constants={"event.category": ("web",), "event.type": ("error",)},
        ),
    ),
    fields=(
        level_field("level"),
        message_field("message"),
        keyword("http.request.method", "Method of the request.", "method"),
        Field(name="url.path", type="wildcard", help="Path of the request.", sources=("url",), convert="path"),
        keyword("http.version", "Version of HTTP.", "protocol"),
        Field(name="http.response.status_code", type="long", help="Status of the answer.", sources=("status",), convert="integer"),
        Field(name="event.outcome", type="keyword", help="failure from status 400 upwards.", sources=("status",), convert="http_outcome"),
        Field(name="http.response.body.bytes", type="long", help="Bytes of the body.", sources=("sent",), convert="integer"),
        Field(name="source.ip", type="ip", help="Who asked: the first hop.", sources=("forwarded", "remote"), convert="address"),
        keyword("user_agent.original", "With which program.", "agent"),
        Field(name="process.pid", type="long", help="Process.", sources=("pid",), convert="integer"),
    ),
)
