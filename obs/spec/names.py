"""Names a spec may refer to: what the catalogue knows, and what the spec itself defines."""

from collections.abc import Mapping
from dataclasses import dataclass

from obs.conventions import dashed
from obs.model.component import Component
from obs.resolve.names import alert_names
from obs.spec.kinds import NameOf
from obs.spec.yaml_node import Node

Absent = tuple[str, str]
"""Why a name that exists cannot be used here, and what to write."""


@dataclass(frozen=True, slots=True)
class Names:
    """`known` names by kind; `absent` are those of catalogue components that are not in this platform."""

    known: Mapping[NameOf, frozenset[str]]
    absent: Mapping[NameOf, Mapping[str, Absent]]


def entries(node: Node | None, *path: str) -> tuple[Node, ...]:
    """The mappings in the list under a path of keys; () when something else stands there."""
    for key in path:
        node = node.get(key) if node else None
    return tuple(e for e in node.elements if e.kind == "mapping") if node else ()


def text(node: Node, key: str) -> str:
    """The text under a key of a mapping, "" when there is none."""
    value = node.get(key)
    return value.data if value and isinstance(value.data, str) else ""


def service_name(service: Node) -> str:
    """The name of a service as the spec gives or implies it."""
    return text(service, "name") or dashed(text(service, "component"))


def enabled(service: Node) -> bool:
    """Whether a service takes part in the platform."""
    value = service.get("enabled")
    return value is None or value.data is not False


def implied(node: Node, library: Mapping[str, Component]) -> tuple[Component, ...]:
    """Components of the halves this platform has, which its spec neither leaves out nor describes itself.

    One that stands beside others is here where one of these is.
    """
    without = node.get("without")
    left_out = {e.data for e in (*without.elements, without)} if without else set()
    services = entries(node, "services")
    described = {text(service, "component") for service in services}
    here = {text(service, "component") for service in services if enabled(service)}
    halves = _halves(node)
    fitting = (c for _, c in sorted(library.items()) if c.implied and c.half in halves)
    return tuple(c for c in fitting if c.name not in left_out | described and (not c.beside or here & set(c.beside)))


def _halves(node: Node) -> tuple[str, ...]:
    """What the platform has: the search engine is somebody else's where `placement` says so."""
    if not has_logging(node):
        return ("monitoring",)
    said = node.get("logging")
    engine = said.get("elasticsearch") if said else None
    elsewhere = engine is not None and text(engine, "placement") == "external"
    return ("monitoring", "logging") if elsewhere else ("monitoring", "logging", "search")


def has_logging(node: Node) -> bool:
    """Whether the spec has the logging half, and has it switched on."""
    said = node.get("logging")
    return said is not None and said.kind == "mapping" and enabled(said)


def used(node: Node, library: Mapping[str, Component]) -> frozenset[str]:
    """Names of the catalogue components that make up the platform."""
    own = {text(service, "component") for service in entries(node, "services") if enabled(service)}
    return frozenset((own & set(library)) | {c.name for c in implied(node, library)})


def panel_titles(component: Component) -> tuple[str, ...]:
    """Titles of a component's panels, as the dashboard shows them."""
    return tuple(
        panel.title or component.signal(panel.signals[0]).title for row in component.rows for panel in row.panels
    )


def _owned(library: Mapping[str, Component]) -> dict[NameOf, dict[str, str]]:
    """Names that belong to a component -> its name."""
    return {
        "platform component": {name: name for name in library},
        "alert": {alert: c.name for c in library.values() for alert in alert_names(c)},
        "objective": {f"{c.name}.{o.name}": c.name for c in library.values() for o in c.objectives},
        "panel": {f"{c.name}/{title}": c.name for c in library.values() for title in panel_titles(c)},
    }


def catalogue_names(library: Mapping[str, Component]) -> dict[NameOf, frozenset[str]]:
    """Every name the catalogue brings, whatever the platform."""
    owned: dict[NameOf, frozenset[str]] = {kind: frozenset(owners) for kind, owners in _owned(library).items()}
    implied_names = frozenset(c.name for c in library.values() if c.implied)
    return {**owned, "component": frozenset(library), "implied component": implied_names}


def gather(node: Node, library: Mapping[str, Component]) -> Names:
    """Every name this spec may refer to. Works on any tree, however wrong."""
    here = used(node, library)
    mixins = frozenset(text(m, "name") for m in entries(node, "mixins")) - {""}
    known: dict[NameOf, frozenset[str]] = {
        **catalogue_names(library),
        "receiver": frozenset(text(r, "name") for r in entries(node, "notify", "receivers")),
        "mute timing": frozenset(text(m, "name") for m in entries(node, "notify", "mute_timings")),
        "team": frozenset(text(part, "team") for part in (node, *entries(node, "services"))),
    }
    absent: dict[NameOf, dict[str, Absent]] = {}
    for kind, owners in _owned(library).items():
        known[kind] = frozenset(name for name, owner in owners.items() if owner in here)
        absent[kind] = {name: _why(kind, owner) for name, owner in owners.items() if owner not in here}
    known["platform component"] |= mixins
    return Names({kind: names - {""} for kind, names in known.items()}, absent)


def _why(kind: NameOf, owner: str) -> Absent:
    what = "which is" if kind != "platform component" else "is"
    of = f"belongs to {owner}, " if kind != "platform component" else ""
    return f"{of}{what} not in this platform", f'add a service with "component: {owner}", or remove this'
