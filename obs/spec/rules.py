"""What must hold between the parts of a spec: unique names, components that need each other, a way to send mail."""

from collections.abc import Mapping

from obs.conventions import dashed, objectives_file
from obs.model.component import Component
from obs.spec.names import enabled, entries, has_logging, implied, service_name, text, used
from obs.spec.problems import Problems, below, short
from obs.spec.rules_logging import judge_logging
from obs.spec.rules_shared import share
from obs.spec.yaml_node import Node

MATCHERS = ("severity", "component", "team", "alert")
TIMES = ("weekdays", "times", "days_of_month", "months")


def judge(node: Node, library: Mapping[str, Component], problems: Problems) -> None:
    """Note every rule the spec breaks. Works on any tree, however wrong its values are."""
    _unique(node, library, problems)
    _complete(node, library, problems)
    _needed(node, library, problems)
    _of_logging(node, library, problems)
    _implied_needed(node, library, problems)
    _reachable(node, problems)
    _alone(node, problems)
    _routes(entries(node, "notify", "routes"), problems)
    _timings(entries(node, "notify", "mute_timings"), problems)
    share(node, library, problems)
    judge_logging(node, problems)


def _unique(node: Node, library: Mapping[str, Component], problems: Problems) -> None:
    _distinct(entries(node, "services"), "service", problems, {})
    _distinct(entries(node, "notify", "receivers"), "receiver", problems, {})
    _distinct(entries(node, "notify", "mute_timings"), "mute timing", problems, {})
    taken = {dashed(name): "is a component of the catalogue" for name in library}
    taken |= {dashed(objectives_file(name)): f"is where the objectives of {name} stand" for name in library}
    _distinct(entries(node, "mixins"), "mixin", problems, taken)


def _distinct(nodes: tuple[Node, ...], noun: str, problems: Problems, taken: dict[str, str]) -> None:
    seen = dict(taken)
    for node in nodes:
        name = service_name(node) if noun == "service" else text(node, "name")
        said = node.get("name") or node.get("component") or node
        if name in seen:
            fix = f"give each {noun} a name of its own"
            problems.say(said.place, below(node.path, "name"), f"{short(name)} {seen[name]}", fix)
        elif name:
            seen[name] = f"names two {noun}s, first in line {said.place.line}"


def _complete(node: Node, library: Mapping[str, Component], problems: Problems) -> None:
    services = entries(node, "services")
    if services and not any(enabled(service) for service in services):
        last = services[-1].get("enabled") or services[-1]
        problems.say(last.place, last.path, "leaves the platform without a service", "leave at least one enabled")
    for name in {text(service, "component") for service in services}:
        without = node.get("without")
        for left_out in (*without.elements, without) if without else ():
            if left_out.data == name and name in library and library[name].implied:
                what = f"{short(name)} is left out, yet a service has it as its component"
                problems.say(left_out.place, left_out.path, what, "keep one of the two")


def _needed(node: Node, library: Mapping[str, Component], problems: Problems) -> None:
    here = used(node, library)
    for service in entries(node, "services"):
        said = service.get("component")
        component = library.get(text(service, "component"))
        for needed in component.requires if component and said and enabled(service) else ():
            if needed not in here:
                what = f"{short(said.text)} reads metrics of {needed}, which is not in this platform" if said else ""
                fix = f'add a service with "component: {needed}"'
                problems.say(service.place, below(service.path, "component"), what, fix)


def _of_logging(node: Node, library: Mapping[str, Component], problems: Problems) -> None:
    """What watches the logging half is scraped in its namespace, and asks its address."""
    for service in entries(node, "services") if not has_logging(node) else ():
        said = service.get("component")
        component = library.get(text(service, "component"))
        if said and component and component.half != "monitoring" and enabled(service):
            what = f"{short(said.text)} watches a part of the logging half, which this platform does not have"
            problems.say(service.place, below(service.path, "component"), what, 'add "logging:", or remove the service')


def _implied_needed(node: Node, library: Mapping[str, Component], problems: Problems) -> None:
    """What joins a platform by itself may read a component that the spec leaves out."""
    here, without = used(node, library), node.get("without")
    for component in implied(node, library) if without else ():
        for needed in component.requires:
            if needed not in here and without:
                what = f"leaves out {short(needed)}, whose metrics {component.name} reads"
                fix = f"keep it, or leave out {short(component.name)} as well"
                problems.say(without.place, without.path, what, fix)


def _reachable(node: Node, problems: Problems) -> None:
    notify = node.get("notify")
    mail = [r for r in entries(node, "notify", "receivers") if text(r, "type") == "email"]
    if notify and mail and notify.get("smtp") is None:
        what = f"missing, but the receiver {short(text(mail[0], 'name'))} sends mail"
        problems.say(
            notify.place, "notify.smtp", what, 'add "smtp: {host: smtp.example.com:587, from: team@example.com}"'
        )


def _alone(node: Node, problems: Problems) -> None:
    """Two pods of kube-state-metrics would each expose every object: sums and counts would double."""
    said: Node | None = node
    for key in ("stack", "workloads", "kube-state-metrics", "replicas"):
        said = said.get(key) if said else None
    if said and isinstance(said.data, int) and said.data > 1:
        what = f"{said.data} pods would each tell of every object: counts come out {said.data} times too high"
        problems.say(said.place, said.path, what, "write 1: Kubernetes replaces the pod when it fails")


def _routes(routes: tuple[Node, ...], problems: Problems) -> None:
    """A route that matches everything ends the list, unless it continues."""
    for position, route in enumerate(routes[:-1]):
        goes_on = route.get("continue")
        if not any(route.get(key) for key in MATCHERS) and not (goes_on and goes_on.data is True):
            what = f"matches every alert, so that {_further(len(routes) - position - 1)} never tried"
            fix = "move it to the end, give it a severity, component, team or alert, or let it continue"
            problems.say(route.place, route.path, what, fix)


def _further(count: int) -> str:
    return "the route below is" if count == 1 else f"the {count} routes below are"


def _timings(timings: tuple[Node, ...], problems: Problems) -> None:
    for timing in timings:
        if not any(timing.get(key) for key in TIMES):
            what = "names no time, which Alertmanager takes for always"
            problems.say(timing.place, timing.path, what, f"add one of {', '.join(TIMES)}")
