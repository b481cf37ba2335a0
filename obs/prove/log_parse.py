"""An event's text becomes fields: the first dialect that reads it, then the format's table of fields."""

import json
import re
from functools import cache

from obs.model.expression import python
from obs.model.logs import Dialect, Field, LogFormat
from obs.prove.log_values import Json, converted, text_of

UNPARSED = "unparsed"
"""Tag of events of no known dialect."""


def parsed(text: str, form: LogFormat) -> dict[str, Json]:
    """The fields a format finds in a text. What no dialect reads has the text as its message and the tag `unparsed`."""
    line, dialect = _line(text, form)
    found: dict[str, Json] = {"event.module": form.name, "event.kind": "event"}
    found["event.dataset"] = dialect.dataset if dialect else f"{form.name}.{UNPARSED}"
    if dialect is None:
        return {**found, "message": text, "tags": [UNPARSED]}
    for name, constant in dialect.constants.items():
        found[name] = list(constant) if isinstance(constant, tuple) else constant
    for field in form.fields:
        value = _value(line, field, form)
        if value is not None:
            found[field.name] = value
    found.setdefault("message", _summary(line, dialect) or text)
    for path in form.drop:
        _drop(line, path.split("."))
    if dialect.json and (rest := _rest(line, form)):
        found["app"] = rest
    return found


def _line(text: str, form: LogFormat) -> tuple[dict[str, Json], Dialect | None]:
    """What the first dialect that reads the text captures; an object without any dialect's mark is nobody's."""
    for dialect in form.dialects:
        if dialect.json and text.startswith("{") and (said := _object(text)):
            return said, next((d for d in form.dialects if d.json and _marked(said, d)), None)
        if dialect.pattern and (match := _pattern(dialect.pattern).search(text)):
            return {name: value for name, value in match.groupdict().items() if value is not None}, dialect
    return {}, None


def _object(text: str) -> dict[str, Json]:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _marked(line: dict[str, Json], dialect: Dialect) -> bool:
    return not dialect.mark or _at(line, dialect.mark) is not None


def _summary(line: dict[str, Json], dialect: Dialect) -> str:
    """The message of an object that has none of its own."""
    said = (text_of(_at(line, path)) for path in dialect.summary)
    return " ".join(text for text in said if text is not None)


def _value(line: dict[str, Json], field: Field, form: LogFormat) -> Json:
    """The first source that has a value decides, whether it can be converted or not."""
    for source in field.sources:
        said = _at(line, source)
        if said is not None and said not in ("", "-"):
            return converted(said, field.convert, form.levels)
    return None


def _at(node: Json, path: str) -> Json:
    """What stands at a dotted path; a number steps into a list."""
    for key in path.split("."):
        if isinstance(node, dict):
            node = node.get(key)
        elif isinstance(node, list) and key.isdigit():
            node = node[int(key)] if int(key) < len(node) else None
        else:
            return None
    return node


def _drop(node: Json, path: list[str]) -> None:
    for key in path[:-1]:
        node = node.get(key) if isinstance(node, dict) else None
    if isinstance(node, dict):
        node.pop(path[-1], None)


def _rest(line: dict[str, Json], form: LogFormat) -> dict[str, Json]:
    """What no field has taken: keys whose whole value became a field are left out."""
    taken = {source for field in form.fields for source in field.sources if "." not in source}
    return {k: v for k, v in line.items() if k not in taken or isinstance(v, dict | list)}


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(python(expression), re.MULTILINE | re.ASCII)
