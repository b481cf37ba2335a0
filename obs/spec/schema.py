"""The spec's JSON Schema for editors, printed from the table the loader reads by."""

from collections.abc import Mapping
from typing import Any

from obs.model.component import Component
from obs.spec import texts
from obs.spec.keys import ENVIRONMENTS, platform_record
from obs.spec.kinds import Choice, Flag, Key, Kind, List, Map, Name, NameOf, Number, Record, Tagged, Text, keys_of
from obs.spec.names import catalogue_names

Json = dict[str, Any]
Known = Mapping[NameOf, frozenset[str]]


def schema(library: Mapping[str, Component]) -> Json:
    """JSON Schema (draft 2020-12) of a spec for the components at hand."""
    printer = _Printer(catalogue_names(library))
    record = platform_record(library)
    overlay = printer.record(record.keys, partial=True)
    whole = printer.record(record.keys, partial=False)
    named = printer.kind(ENVIRONMENTS.kind, partial=True)
    environments = {**named, "additionalProperties": {"$ref": "#/$defs/overlay"}, "description": ENVIRONMENTS.help}
    whole["properties"]["environments"] = environments
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "obs spec",
        "description": "A platform: its services, who is told of what, and the monitoring stack. See docs/spec.md.",
        **whole,
        "$defs": {"overlay": overlay, **printer.defined},
    }


class _Printer:
    """Prints kinds; names of the catalogue and what several components share are defined once."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.defined: dict[str, Json] = {}

    def kind(self, kind: Kind, *, partial: bool) -> Json:
        """One kind. `partial`: nothing is required, as in an overlay."""
        match kind:
            case Text():
                number = ["string", "number"] if kind.numbers else "string"
                return {"type": number, "pattern": f"^(?:{kind.pattern})$"}
            case Number():
                return _number(kind)
            case Flag():
                return {"type": "boolean"}
            case Choice():
                return {"type": "string", "enum": list(kind.values)}
            case Name():
                return self._name(kind)
            case List():
                item = self.kind(kind.item, partial=partial)
                many = {"type": "array", "items": item, **({"minItems": kind.least} if kind.least else {})}
                return {"anyOf": [item, many]} if kind.one else many
            case Map():
                key, value = self.kind(kind.key, partial=partial), self.kind(kind.value, partial=partial)
                return {"type": "object", "propertyNames": key, "additionalProperties": value}
            case Record():
                return self.record(kind.keys, partial=partial)
            case Tagged():
                return self._tagged(kind, partial=partial)

    def record(self, keys: tuple[Key, ...], *, partial: bool) -> Json:
        """An object with known keys."""
        required = [key.name for key in keys if key.required and not partial]
        return {
            "type": "object",
            "properties": {key.name: self._property(key, partial=partial) for key in keys},
            "additionalProperties": False,
            **({"required": required} if required else {}),
        }

    def _property(self, key: Key, *, partial: bool) -> Json:
        default = list(key.default) if isinstance(key.default, tuple) else key.default
        said = {"default": default} if default not in (None, []) else {}
        printed = self.kind(key.kind, partial=partial)
        if "$ref" in printed:  # older drafts, which some editors still follow, ignore what stands beside a reference
            printed = {"allOf": [printed]}
        return {**printed, "description": key.help, **said}

    def _name(self, kind: Name) -> Json:
        if kind.of not in self.known:
            return {"type": "string"}
        label = kind.of.replace(" ", "-")
        self.defined[label] = {"type": "string", "enum": sorted(self.known[kind.of])}
        if kind.of == "platform component":  # mixins count as such, whatever their name
            mixin = {"type": "string", "pattern": f"^(?:{texts.NAME.pattern})$"}
            self.defined[label] = {"anyOf": [self.defined[label], mixin]}
        return {"$ref": f"#/$defs/{label}"}

    def _tagged(self, kind: Tagged, *, partial: bool) -> Json:
        whole = self.record(kind.common.keys, partial=partial)
        extra = sorted({key.name for case in kind.cases.values() for key in case})
        refined = {key.name for key in kind.common.keys}
        for name in extra:
            whole["properties"][name] = (
                {"description": whole["properties"][name]["description"]} if name in refined else {}
            )
        whole["allOf"] = [self._case(kind, tag, extra, partial=partial) for tag in kind.cases]
        return whole

    def _case(self, kind: Tagged, tag: str, extra: list[str], *, partial: bool) -> Json:
        """if the tag says so, then these keys, and none of the other cases'."""
        own = {key.name: key for key in keys_of(kind, tag) if key.name in extra}
        body = self.record(tuple(own.values()), partial=partial)
        properties = {name: body["properties"].get(name, {"not": {}}) for name in extra}
        strict = any(key.required for key in own.values()) and not partial
        label = f"{kind.by}-{tag}{'-whole' if strict else ''}"
        required = {"required": body["required"]} if "required" in body else {}
        self.defined[label] = {"properties": properties, **required}
        condition = {"properties": {kind.by: {"const": tag}}, "required": [kind.by]}
        return {"if": condition, "then": {"$ref": f"#/$defs/{label}"}}


def _number(kind: Number) -> Json:
    bounds = {
        "minimum": kind.least,
        "maximum": kind.most,
        "exclusiveMinimum": kind.above,
        "exclusiveMaximum": kind.below,
    }
    said = {name: bound for name, bound in bounds.items() if bound is not None}
    return {"type": "integer" if kind.whole else "number", **said}
