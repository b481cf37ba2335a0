"""Environments: an overlay merged over the base, value by value, each keeping the place it was written at."""

from dataclasses import replace

from obs.spec.names import service_name, text
from obs.spec.problems import Problems, below, short, suggestion
from obs.spec.yaml_node import Node

Trail = tuple[str, ...]

BY_NAME: dict[Trail, str] = {
    ("services",): "component",
    ("notify", "receivers"): "type",
    ("notify", "mute_timings"): "",
    ("mixins",): "path",
}
"""Lists whose entries merge by name, with the key that an entry must have to be a new one."""


def without_environments(node: Node) -> Node:
    """The base alone."""
    return replace(node, pairs=tuple((k, v) for k, v in node.pairs if k.text != "environments"))


def merge(base: Node, overlay: Node, problems: Problems, trail: Trail = ()) -> Node:
    """The base with everything the overlay says put over it; other lists than those of BY_NAME are replaced whole."""
    if base.kind == overlay.kind == "mapping":
        return _merge_mappings(base, overlay, problems, trail)
    if base.kind == overlay.kind == "sequence" and trail in BY_NAME:
        return _merge_named(base, overlay, problems, trail)
    return overlay


def _merge_mappings(base: Node, overlay: Node, problems: Problems, trail: Trail) -> Node:
    over = {key.text: (key, value) for key, value in overlay.pairs}
    pairs = []
    for key, value in base.pairs:
        if key.text in over:
            said_key, said = over.pop(key.text)
            pairs.append((said_key, merge(value, said, problems, (*trail, key.text))))
        else:
            pairs.append((key, value))
    return replace(base, pairs=(*pairs, *over.values()))


def _merge_named(base: Node, overlay: Node, problems: Problems, trail: Trail) -> Node:
    merged = list(base.elements)
    position = {_name(entry, trail): index for index, entry in reversed(list(enumerate(merged)))}
    seen: dict[str, Node] = {}
    for entry in overlay.elements:
        name = _name(entry, trail)
        if name and name in seen:
            what = f"{short(name)} stands twice, first in line {seen[name].place.line}"
            problems.say(entry.place, below(entry.path, "name"), what, "keep one of the two")
        elif name and name in position:
            merged[position[name]] = merge(merged[position[name]], entry, problems, (*trail, name))
        elif name and BY_NAME[trail] and entry.get(BY_NAME[trail]) is None:
            _unknown(entry, name, position, problems, trail)
        else:
            merged.append(entry)
        seen.setdefault(name, entry)
    return replace(base, elements=tuple(merged))


def _name(entry: Node, trail: Trail) -> str:
    if entry.kind != "mapping":
        return ""
    return service_name(entry) if trail == ("services",) else text(entry, "name")


def _unknown(entry: Node, name: str, known: dict[str, int], problems: Problems, trail: Trail) -> None:
    """An entry that changes nothing in the base and is too short to be a new one."""
    noun = trail[-1].removesuffix("s").replace("_", " ")
    node = entry.get("name") or entry
    fix = suggestion(name, known.keys() - {""}, noun)
    problems.say(node.place, below(entry.path, "name"), f"no {noun} {short(name)} in the base", fix)
