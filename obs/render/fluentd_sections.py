"""Fluentd's configuration language: sections, parameters with their reasons, and the one printer of both."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Value = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `why` is printed above it, for values that are not what one would expect."""

    name: str
    value: Value
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One section, `<name argument> … </name>`; `why` is printed above it."""

    name: str
    argument: str = ""
    parameters: tuple[Parameter, ...] = ()
    sections: tuple["Section", ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Include:
    """`@include FILE`, relative to the file it stands in."""

    file: str


Item = Section | Include


def section(name: str, argument: str = "", *items: Parameter | Section, why: str = "") -> Section:
    """A section with its parameters and sections in the order given, parameters first."""
    return Section(
        name=name,
        argument=argument,
        parameters=tuple(i for i in items if isinstance(i, Parameter)),
        sections=tuple(i for i in items if isinstance(i, Section)),
        why=why,
    )


def parameters(**values: Value) -> tuple[Parameter, ...]:
    """Parameters without reasons; `type` and `id` get their @."""
    names = {"type": "@type", "id": "@id", "label": "@label"}
    return tuple(Parameter(names.get(name, name), value) for name, value in values.items())


def regexp(expression: str) -> str:
    """An expression as a parameter's value. ` #` would begin a comment, so the # is written as its code."""
    return "/" + re.sub(r"(?<=\s)#", r"\\x23", expression) + "/"


def to_text(items: Iterable[Item], *, header: str) -> str:
    """A configuration file; ends with a newline."""
    blocks = ["\n".join(f"# {line}" for line in header.splitlines())]
    for item in items:
        if isinstance(item, Include):
            blocks.append(f"@include {item.file}")
        else:
            blocks.append("\n".join(_section(item, "")))
    return "\n\n".join(blocks) + "\n"


def _section(one: Section, indent: str) -> Iterator[str]:
    yield from _comment(one.why, indent)
    yield f"{indent}<{one.name} {one.argument}>" if one.argument else f"{indent}<{one.name}>"
    for parameter in one.parameters:
        yield from _comment(parameter.why, indent + "  ")
        yield f"{indent}  {parameter.name} {_value(parameter.value)}".rstrip()
    for inner in one.sections:
        yield from _section(inner, indent + "  ")
    yield f"{indent}</{one.name}>"


def _comment(why: str, indent: str) -> Iterator[str]:
    for line in why.splitlines():
        yield f"{indent}# {line}"


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    text = str(value)
    return text if _plain(text) else _quoted(text)


def _plain(text: str) -> bool:
    """Whether Fluentd reads the text as it stands: no quote, list or object at its begin, no comment within."""
    if text.startswith('"#{') and text.endswith('}"'):
        return True
    return bool(text) and text == text.strip() and text[0] not in "'\"[{#" and not re.search(r"\s#", text)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\\\", "\\\\\\\\").replace("'", "\\'") + "'"
