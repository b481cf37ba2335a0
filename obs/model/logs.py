"""Log lines of a component: how they look, what they mean in ECS, what is secret, how many lines are one event."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FieldType = Literal[
    "boolean",
    "constant_keyword",
    "date",
    "double",
    "flattened",
    "geo_point",
    "ip",
    "keyword",
    "long",
    "match_only_text",
    "wildcard",
]
"""Elasticsearch's field types that documents of ours have."""

Convert = Literal[
    "text",
    "integer",
    "number",
    "flag",
    "seconds",
    "milliseconds",
    "microseconds",
    "time",
    "level",
    "http_outcome",
    "address",
    "path",
]
"""How a captured value becomes a field's.

`seconds`, `milliseconds` and `microseconds` become whole nanoseconds, as ECS durations are. `time` becomes ISO 8601 and
takes a time without a zone for UTC. `level` is looked up in the severity table. `http_outcome` is failure from status
400 upwards and success below. `address` is the first address of a list such as X-Forwarded-For, without its port.
`path` is a URL's part before the query. A value that cannot be converted is left out, never guessed; so are "" and "-".
"""

Level = Literal["trace", "debug", "info", "notice", "warn", "error", "fatal"]
"""Values of `log.level`, least severe first: the same in every document, however a service spells its own."""

LEVELS: tuple[Level, ...] = ("trace", "debug", "info", "notice", "warn", "error", "fatal")

Origin = Literal["container", "journal", "audit"]
"""Where lines come from: a container's stdout and stderr, the node's journal, the API server's audit log."""

Constant = str | tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field of documents: ECS name, Elasticsearch type, and where its value is found in a parsed line.

    `sources` are names of captured groups, or dotted paths into a JSON line; the first that has a value wins.
    A field without sources is filled by the pipeline or by a dialect's constants.
    """

    name: str
    type: FieldType
    help: str
    sources: tuple[str, ...] = ()
    convert: Convert = "text"


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """One way a component writes lines.

    `pattern` is a regular expression with named groups over the whole event (the subset that Ruby and Python share);
    "" says the event is one JSON object. `mark` is the JSON path whose presence tells this dialect from the other JSON
    ones of the format, tried in order; "" on the last one takes what is left.
    """

    name: str
    help: str
    dataset: str
    """`event.dataset`, e.g. mysql.slowlog."""
    pattern: str = ""
    mark: str = ""
    constants: Mapping[str, Constant] = field(default_factory=dict)
    """Field name -> value that every document of the dialect has, e.g. event.category."""
    summary: tuple[str, ...] = ()
    """JSON paths whose values, joined by spaces, are the message of objects without one: GET /orders 201."""

    @property
    def json(self) -> bool:
        """Whether lines are JSON objects."""
        return not self.pattern


@dataclass(frozen=True, kw_only=True, slots=True)
class Join:
    """Lines that are one event: an event begins at `start` and goes on while lines match `follow`."""

    start: str
    follow: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """Something that may stand in no output. `expression` finds it, `replace` says what stands there instead.

    Groups of the expression are kept by \\1, \\2 in `replace`, one digit each as in Ruby. With `pseudonym` the
    group named `it` is replaced by a keyed hash instead: the same person is the same word in all lines, and nobody
    without the key knows who.
    """

    name: str
    help: str
    expression: str
    replace: str = "[REDACTED]"
    needs: tuple[str, ...] = ()
    """Words, in lower case, of which a text must hold one to match at all; () when there is no such word.

    Looking for words costs a hundredth of trying the expression, and most lines hold none.
    """
    pseudonym: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LogFormat:
    """Everything known of one component's lines."""

    name: str
    title: str
    dialects: tuple[Dialect, ...]
    fields: tuple[Field, ...]
    levels: Mapping[str, Level] = field(default_factory=dict)
    """Spellings of severities beyond the common ones, in lower case."""
    join: Join | None = None
    languages: tuple[str, ...] = ()
    """Languages whose stack traces are joined when `join` is not given: java, go, python, js."""
    drop: tuple[str, ...] = ()
    """Dotted paths of JSON lines not kept beside the fields: too private, worth no storage, or kept already."""
    secrets: tuple[Secret, ...] = ()
    """What only this component's lines hold; the general table applies to all."""
    origins: tuple[Origin, ...] = ("container",)

    def field(self, name: str) -> Field:
        """The field of that name; KeyError if there is none."""
        found = {f.name: f for f in self.fields}
        return found[name]


@dataclass(frozen=True, kw_only=True, slots=True)
class Application:
    """Pods that are no service of the catalogue, and the format their lines have."""

    name: str
    format: LogFormat
    namespace: str
    selector: tuple[tuple[str, str], ...]
