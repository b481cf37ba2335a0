"""What the services of a platform share: job labels, and the options and sources of services of one component."""

from collections.abc import Iterator, Mapping

from obs.conventions import dashed
from obs.model.component import Component
from obs.model.metric import Source
from obs.spec.names import enabled, entries, implied, service_name, text
from obs.spec.problems import Problems, below, short
from obs.spec.yaml_node import Node


def share(node: Node, library: Mapping[str, Component], problems: Problems) -> None:
    """Note where services get in each other's way. Works on any tree, however wrong its values are."""
    services = [s for s in entries(node, "services") if enabled(s) and text(s, "component") in library]
    taken = {job: f"a source of {c.name}" for c in implied(node, library) for job in _own_jobs(c)}
    names: set[str] = set()
    first: dict[str, Node] = {}
    said: dict[tuple[str, str], Node] = {}
    for service in services:
        component = library[text(service, "component")]
        _options(service, component, said, problems)
        if component.name in first:
            _further_sources(service, component, first[component.name], problems)
        jobs = list(_jobs(service, component, alone=component.name not in first))
        first.setdefault(component.name, service)
        for job, place in jobs if service_name(service) not in names else ():
            if job in taken:
                what = f"the job label {short(job)} is that of {taken[job]}"
                path = place.path if place is not service else below(service.path, "name")
                problems.say(place.place, path, what, "give the service or its source another")
            taken.setdefault(job, f"the service in line {service.place.line}")
        names.add(service_name(service))


def implied_name(component: Component) -> str:
    """The name of the service an implied component gets: its own job's."""
    return dashed(component.sources[0].name)


def _own(component: Component) -> tuple[Source, ...]:
    return tuple(s for s in component.sources if s.component in ("", component.name))


def _own_jobs(component: Component) -> Iterator[str]:
    """Job labels of an implied component."""
    yield implied_name(component)
    yield from (source.name for source in _own(component)[1:])


def _jobs(service: Node, component: Component, *, alone: bool) -> Iterator[tuple[str, Node]]:
    """Job labels a service brings, with where they are said; further sources come with a component's first service."""
    sources = service.get("sources")
    for position, source in enumerate(_own(component) if alone else _own(component)[:1]):
        said = sources.get(source.name) if sources else None
        job = text(said, "job") if said else ""
        place = (said.get("job") if said and job else service.get("name")) or service
        yield job or (source.name if position else service_name(service)), place


def _options(service: Node, component: Component, said: dict[tuple[str, str], Node], problems: Problems) -> None:
    """Options hold for the component: two services may not say different things, except where lists are joined."""
    options = service.get("options")
    joined = {option.name for option in component.options if isinstance(option.default, tuple)}
    for name, value in options.items() if options else ():
        before = said.setdefault((component.name, name), value)
        if name not in joined and value.kind == "scalar" and before.kind == "scalar" and value.data != before.data:
            what = f"is {short(value.text)}, but {short(before.text)} in line {before.place.line}"
            fix = f"say it once: options hold for all services of {component.name}"
            problems.say(value.place, value.path, what, fix)


def _further_sources(service: Node, component: Component, first: Node, problems: Problems) -> None:
    """Only the first source is scraped once per service; the others serve all services of the component."""
    sources = service.get("sources")
    shared = {source.name for source in _own(component)[1:]}
    for name, said in sources.items() if sources else ():
        if name in shared:
            what = f"is scraped once for all services of {component.name}"
            problems.say(said.place, said.path, what, f"say it at the first of them, {short(service_name(first))}")
