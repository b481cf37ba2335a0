"""Promises about Kibana's saved objects: what its import accepts without a word and then shows broken.

The import checks references to data views and searches only, and attributes only against the newest schema, after
migrations that expect every field to be there. So each object is held against the shape it declares.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from obs.conventions import KIBANA_OBJECTS
from obs.model.bundle import Bundle
from obs.model.finding import Finding

Json = Mapping[str, Any]
WIDTH = 48
VERSIONS = {
    "index-pattern": "8.0.0",
    "tag": "8.0.0",
    "query": "8.0.0",
    "search": "8.0.0",
    "map": "8.4.0",
    "dashboard": "8.9.0",
}
"""Types we have, and the newest version of each that Kibana 8.19 and every 9.x migrates upwards."""
CORE = "8.8.0"
ENVELOPE = {"id", "type", "attributes", "references", "coreMigrationVersion", "typeMigrationVersion", "managed"}
ATTRIBUTES: dict[str, tuple[set[str], set[str]]] = {
    "index-pattern": (
        {"title"},
        {"name", "timeFieldName", "allowNoIndex", "fields", "fieldAttrs", "fieldFormatMap"}
        | {"runtimeFieldMap", "sourceFilters", "typeMeta"},
    ),
    "tag": ({"name", "description", "color"}, set()),
    "query": ({"title", "query"}, {"description", "filters", "timefilter"}),
    "search": (
        {"title", "kibanaSavedObjectMeta"},
        {"description", "columns", "sort", "grid", "hideChart", "isTextBasedQuery", "rowHeight", "rowsPerPage"},
    ),
    "map": ({"title"}, {"description", "mapStateJSON", "layerListJSON", "uiStateJSON"}),
    "dashboard": (
        {"title", "panelsJSON", "kibanaSavedObjectMeta"},
        {"description", "optionsJSON", "controlGroupInput", "refreshInterval", "timeRestore", "timeFrom", "timeTo"}
        | {"version"},
    ),
}
"""(required, allowed) attributes by type: Kibana 8.9 to 8.15 refuse unknown ones."""
TEXTS = (
    *("fields", "fieldAttrs", "fieldFormatMap", "runtimeFieldMap", "sourceFilters"),
    *("panelsJSON", "optionsJSON", "mapStateJSON", "layerListJSON", "uiStateJSON"),
)
"""Attributes that hold JSON as text."""
LENS = ("lnsXY", "lnsMetric", "lnsDatatable", "lnsPie")
LAYER = "indexpattern-datasource-layer-"
FIX = "let one function make the envelope of all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """One line of the file, read; `place` says which."""

    place: str
    data: Json

    @property
    def kind(self) -> str:
        return str(self.data.get("type", ""))

    @property
    def attributes(self) -> Json:
        found = self.data.get("attributes")
        return found if isinstance(found, dict) else {}

    @property
    def references(self) -> list[Json]:
        found = self.data.get("references")
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def saved(bundle: Bundle) -> tuple[Saved, ...]:
    """Every object that can be read at all."""
    return _saved(bundle.artifacts.get(KIBANA_OBJECTS, ""))


@lru_cache(maxsize=8)
def _saved(text: str) -> tuple[Saved, ...]:
    found = ((number, read(line)) for number, line in enumerate(text.splitlines(), start=1))
    return tuple(Saved(place=f"{KIBANA_OBJECTS}:{n}", data=d) for n, d in found if isinstance(d, dict))


def read(text: object) -> Any:
    """JSON in a text; None for anything else."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


def saved_lines(bundle: Bundle) -> Iterator[Finding]:
    """Every line is one JSON object with the fields of an export, and no others."""
    lines = bundle.artifacts.get(KIBANA_OBJECTS, "").splitlines()
    for number, line in enumerate(lines, start=1):
        data = read(line)
        wrong = ENVELOPE ^ set(data) if isinstance(data, dict) else {"JSON"}
        if wrong:
            told = ", ".join(sorted(wrong))
            yield say(f"{KIBANA_OBJECTS}:{number}", "saved-lines", f"{told}: missing or unknown", FIX)


def saved_versions(bundle: Bundle) -> Iterator[Finding]:
    """Every object says its version, which is the oldest that all supported Kibanas migrate upwards."""
    for one in saved(bundle):
        wanted = (VERSIONS.get(one.kind), CORE)
        found = (one.data.get("typeMigrationVersion"), one.data.get("coreMigrationVersion"))
        if found != wanted:
            what = f"{one.kind or 'no type'} of versions {found[0]} and {found[1]}"
            yield say(one.place, "saved-versions", what, f"write {wanted[0]} and {CORE}")


def saved_attributes(bundle: Bundle) -> Iterator[Finding]:
    """Attributes are complete and known to the version; text that holds JSON is JSON."""
    for one in saved(bundle):
        required, allowed = ATTRIBUTES.get(one.kind, (set(), set(one.attributes)))
        for name in sorted(required - set(one.attributes)):
            yield say(one.place, "saved-attributes", f"{one.kind} has no {name}", "give it one")
        for name in sorted(set(one.attributes) - required - allowed):
            yield say(one.place, "saved-attributes", f"{one.kind} knows no {name}", "leave it out")
        for name in TEXTS:
            if name in one.attributes and read(one.attributes[name]) is None:
                yield say(one.place, "saved-attributes", f"{name} is no JSON in a text", "encode it once")


def saved_ids(bundle: Bundle) -> Iterator[Finding]:
    """Type and id name an object once, and titles tell objects of a type apart."""
    seen: set[tuple[str, str, str]] = set()
    for one in saved(bundle):
        title = str(one.attributes.get("title", one.attributes.get("name", "")))
        for key in ((one.kind, "id", str(one.data.get("id", ""))), (one.kind, "title", title)):
            if key in seen or not key[2]:
                yield say(one.place, "saved-ids", f"{key[0]} {key[1]} {key[2]!r} is empty or twice", "name it apart")
            seen.add(key)


def saved_references(bundle: Bundle) -> Iterator[Finding]:
    """Every reference leads to an object of the same file, and no tag is given twice."""
    objects = saved(bundle)
    known = {(one.kind, one.data.get("id")) for one in objects}
    for one in objects:
        names = [str(r.get("name")) for r in one.references]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield say(one.place, "saved-references", f"two references are named {name}", "name each once")
        for found in one.references:
            if (found.get("type"), found.get("id")) not in known:
                what = f"refers to {found.get('type')} {found.get('id')}, which is not in the file"
                yield say(one.place, "saved-references", what, "bring it along")


def saved_names(bundle: Bundle) -> Iterator[Finding]:
    """What an object names, it has a reference for: panels, layers, choices, the data view of a search."""
    for one in saved(bundle):
        named = {str(r.get("name")) for r in one.references if r.get("type") != "tag"}
        for name in sorted(_named(one) ^ named):
            side = "is not named" if name in named else "has no reference"
            yield say(one.place, "saved-names", f"{name} {side}", "make both from one list")


def _named(one: Saved) -> set[str]:
    names: set[str] = set()
    source = read(one.attributes.get("kibanaSavedObjectMeta", {}).get("searchSourceJSON"))
    if isinstance(source, dict) and "indexRefName" in source:
        names.add(str(source["indexRefName"]))
    for panel in panels(one):
        index = str(panel.get("panelIndex"))
        if "panelRefName" in panel:
            names.add(f"{index}:{panel['panelRefName']}")
        names |= {f"{index}:{LAYER}{layer}" for layer in layers(panel)}
        names |= {f"{index}:{source}" for source in _sources(at(panel, "embeddableConfig", "attributes") or {})}
    controls = read(one.attributes.get("controlGroupInput", {}).get("panelsJSON"))
    names |= {f"controlGroup_{name}:optionsListDataView" for name in controls or ()}
    return names | _sources(one.attributes)


def _sources(attributes: Json) -> set[str]:
    """The references that the layers of a map must have, by the number of the layer."""
    found = set()
    for number, layer in enumerate(map_layers(attributes)):
        if "indexPatternRefName" in layer.get("sourceDescriptor", {}):
            found.add(f"layer_{number}_source_index_pattern")
    return found


def map_layers(attributes: Json) -> list[Json]:
    """The layers of a map, base map first; [] for anything else."""
    found = read(attributes.get("layerListJSON"))
    return [layer for layer in found if isinstance(layer, dict)] if isinstance(found, list) else []


def panels(one: Saved) -> list[Json]:
    """The panels of a dashboard; [] for anything else."""
    found = read(one.attributes.get("panelsJSON"))
    return [panel for panel in found if isinstance(panel, dict)] if isinstance(found, list) else []


def layers(panel: Json) -> Json:
    """The form-based layers of a Lens panel by value, by id; {} for other panels."""
    state = at(panel, "embeddableConfig", "attributes", "state")
    found = at(state, "datasourceStates", "formBased", "layers")
    return found if isinstance(found, dict) else {}


def at(node: Any, *keys: str) -> Any:
    """What lies at the end of these keys; None where the way ends before."""
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def say(place: str, rule: str, what: str, fix: str) -> Finding:
    """A finding."""
    return Finding(place=place, rule=rule, what=what, fix=fix)
