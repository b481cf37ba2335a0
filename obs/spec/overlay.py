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
    merged = {name: entry for entry in base.elements if (name := _name(entry, trail))}
    nameless = [entry for entry in base.elements if not _name(entry, trail)]
    for entry in overlay.elements:
        name = _name(entry, trail)
        if name in merged:
            merged[name] = merge(merged[name], entry, problems, (*trail, name))
        elif name and BY_NAME[trail] and entry.get(BY_NAME[trail]) is None:
            _unknown(entry, name, merged, problems, trail)
        elif name:
            merged[name] = entry
        else:
            nameless.append(entry)
    return replace(base, elements=(*merged.values(), *nameless))


def _name(entry: Node, trail: Trail) -> str:
    if entry.kind != "mapping":
        return ""
    return service_name(entry) if trail == ("services",) else text(entry, "name")


def _unknown(entry: Node, name: str, known: dict[str, Node], problems: Problems, trail: Trail) -> None:
    """An entry that changes nothing in the base and is too short to be a new one."""
    noun = trail[-1].removesuffix("s").replace("_", " ")
    node = entry.get("name") or entry
    fix = suggestion(name, known, noun)
    problems.say(node.place, below(entry.path, "name"), f"no {noun} {short(name)} in the base", fix)
