"""Shapes that lines of several components share: times, Ruby's and Go's loggers, requests of grape, stack traces."""

from obs.model.logs import Dialect, Field, Join

CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
ISO = rf"\d{{4}}-\d\d-\d\d[T ]{CLOCK}(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
REST = r"(?<message>[\s\S]*)"
"""What is left of an event, over all its lines: `.` ends at the first line break in both languages."""

RUBY_TRACES = Join(
    start=r"^(?!\{\"|\s|\S+\.rb:\d+:in [`'][^:]*$)",
    follow=r"^(?:\s+from |\s*\S+\.rb:\d+:in |\s{2,}|\t|$)",
)
"""Ruby's traces, up to 3.3 (in `foo') and from 3.4 on (in 'Foo#bar'); JSON lines are whole and never wait for more."""

RAILS = Dialect(
    name="logger",
    help="Ruby's Logger as Rails sets it up: letter, time without a zone, process, severity, request id.",
    dataset="",
    pattern=(
        rf"^(?<letter>[DIWEFA]), \[(?<time>\d{{4}}-\d\d-\d\dT{CLOCK}) #(?<pid>\d+)\] +(?<severity>[A-Z]+) -- "
        rf"(?<program>[^:]*): (?:\[(?<request_id>[0-9a-f-]{{36}})\] )?{REST}"
    ),
)
DAEMON = Dialect(
    name="daemon",
    help="A daemon under God: its name and a time before whatever it prints.",
    dataset="",
    pattern=rf"^\[(?<daemon>[a-z_0-9]+) at (?<time>\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d)\] {REST}",
)
RUBY_TRACE = Dialect(
    name="trace",
    help="An exception nobody caught, with its trace: boot errors and threads that died.",
    dataset="",
    pattern=r"^(?<trace>(?:\S+\.rb:\d+:in [`'][^']*': |[A-Z]\w*(?:::[A-Z]\w*)*(?:Error|Exception): )[\s\S]*)",
    constants={"log.level": "error"},
)
GO_TRACE = Dialect(
    name="panic",
    help="Go's last words, with all goroutines.",
    dataset="",
    pattern=r"^(?<panic>(?:panic|fatal error): [\s\S]*)",
    constants={"log.level": "fatal"},
)
REQUEST = Dialect(
    name="request",
    help="grape_logging: one JSON object per request to the API, times in milliseconds.",
    dataset="",
    mark="data.method",
    summary=("data.method", "data.path", "data.status"),
    constants={"event.category": ("web",), "event.type": ("access",)},
)
REQUEST_DROP = ("data.headers", "data.response")
"""Headers carry cookies, tokens and API keys; responses carry profiles and documents. Neither is needed to operate."""

REQUEST_FIELDS = (
    Field(name="http.request.method", type="keyword", help="Method of the request.", sources=("data.method",)),
    Field(name="url.path", type="wildcard", help="Path of the request.", sources=("data.path",), convert="path"),
    Field(name="url.domain", type="keyword", help="Host that was asked.", sources=("data.host",)),
    Field(
        name="http.response.status_code",
        type="long",
        help="Status of the answer.",
        sources=("data.status",),
        convert="integer",
    ),
    Field(
        name="event.outcome",
        type="keyword",
        help="failure from status 400 upwards.",
        sources=("data.status",),
        convert="http_outcome",
    ),
    Field(
        name="event.duration",
        type="long",
        help="How long the request took, nanoseconds.",
        sources=("data.time.total",),
        convert="milliseconds",
    ),
    Field(
        name="rails.database.duration",
        type="long",
        help="Of that, in the database, nanoseconds.",
        sources=("data.time.db",),
        convert="milliseconds",
    ),
    Field(name="source.ip", type="ip", help="Who asked.", sources=("data.ip",), convert="address"),
    Field(name="user_agent.original", type="keyword", help="With which program.", sources=("data.ua",)),
)


def time_field(*sources: str) -> Field:
    """`@timestamp` from the captures that hold the line's own time."""
    return Field(name="@timestamp", type="date", help="The line's own time.", sources=sources, convert="time")


def level_field(*sources: str) -> Field:
    """`log.level` from the captures that hold a severity."""
    return Field(name="log.level", type="keyword", help="Its severity.", sources=sources, convert="level")


def message_field(*sources: str) -> Field:
    """`message` from the captures that hold the text; a line without one keeps its whole text."""
    return Field(name="message", type="match_only_text", help="Its text.", sources=sources)


def keyword(name: str, help: str, *sources: str) -> Field:  # noqa: A002 - reads as Field's own keyword does
    """A keyword field."""
    return Field(name=name, type="keyword", help=help, sources=sources)
