"""The spec's door: a file in, a Platform or every mistake at once out."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path, PurePath

from obs.model.component import Component
from obs.model.finding import Finding
from obs.model.platform import Place, Platform
from obs.spec import build
from obs.spec.homes import homes
from obs.spec.keys import ENVIRONMENTS, platform_record
from obs.spec.names import gather, implied
from obs.spec.overlay import merge, without_environments
from obs.spec.problems import Enough, Problems, SpecError, described, suggestion
from obs.spec.reading import Reading, Values
from obs.spec.rules import judge
from obs.spec.yaml_node import Node, YamlProblem
from obs.spec.yaml_reader import read_all

SIZE_LIMIT = 4 * 1024 * 1024
"""Bytes of a spec: ten thousand services take half of it."""


def load(path: Path, library: Mapping[str, Component], *, environment: str = "") -> Platform:
    """The platform a spec file describes; SpecError with every mistake, places relative to where the path was given."""
    try:
        return load_text(_content(path), path.name, library, environment=environment)
    except SpecError as error:
        raise SpecError(replace(f, place=str(path.parent / f.place)) for f in error.findings) from None


def _content(path: Path) -> bytes:
    """The file's bytes, never more than the limit, whatever it pretends to be."""
    try:
        with path.open("rb") as file:
            data = b"" if path.stat().st_size > SIZE_LIMIT else file.read(SIZE_LIMIT + 1)
            size = max(len(data), path.stat().st_size)
    except OSError as error:
        what = f"cannot be read: {(error.strerror or 'unreadable').lower()}"
        raise SpecError([Finding(place=path.name, rule="spec", what=what, fix="name an existing spec file")]) from None
    if size > SIZE_LIMIT:
        what, fix = f"is larger than {SIZE_LIMIT // 2**20} MiB", "name a spec, or split the platform"
        raise SpecError([Finding(place=path.name, rule="spec", what=what, fix=fix)])
    return data


def load_text(text: str | bytes, name: str, library: Mapping[str, Component], *, environment: str = "") -> Platform:
    """The platform a spec's text describes; `name` is its file name in messages and generated headers."""
    problems = Problems()
    try:
        return _platform(text, name, library, environment, problems)
    except Enough:
        raise SpecError(problems.findings()) from None


def _platform(
    text: str | bytes, name: str, library: Mapping[str, Component], environment: str, problems: Problems
) -> Platform:
    node = _tree(text, name, problems)
    record = platform_record(library)
    read: dict[str, Values | None] = {}
    elsewhere = cache(partial(homes, record))
    trees = _trees(node, environment, problems)
    for chosen, tree in trees.items():
        read[chosen] = Reading(gather(tree, library), problems, elsewhere).read(tree, record)
        judge(tree, library, problems)
    values = read.get(environment)
    if problems.said or values is None:
        raise SpecError(problems.findings())
    spec_name = PurePath(name).name
    return build.platform(values, library, implied(trees[environment], library), environment, spec_name)


def _tree(text: str | bytes, name: str, problems: Problems) -> Node:
    try:
        node, found = read_all(text, name)
    except YamlProblem as problem:
        problems.add(problem)
        raise SpecError(problems.findings()) from None
    for mistake in found:
        problems.add(mistake)
    if node.kind != "mapping":
        problems.say(
            node.place, "", f"a spec is a mapping, this is {described(node)}", "start with name: and services:"
        )
        raise SpecError(problems.findings())
    return node


def _trees(node: Node, environment: str, problems: Problems) -> dict[str, Node]:
    """The base (unless an environment is asked for) and the base under each overlay: all of them are judged."""
    base = without_environments(node)
    overlays = _overlays(node.get("environments"), problems)
    if environment and environment not in overlays:
        said = node.get("environments")
        place = said.place if said else Place(file=node.place.file, line=1, column=1)
        fix = suggestion(environment, overlays, "environment")
        problems.say(place, "environments", f'no environment "{environment[:60]}"', fix)
    trees = {} if environment in overlays else {"": base}
    for name, overlay in overlays.items():
        trees[name] = merge(base, overlay, problems)
    return trees


def _overlays(environments: Node | None, problems: Problems) -> dict[str, Node]:
    """Overlays by name, after noting those that are none."""
    if environments is None:
        return {}
    names = tuple((key, replace(value, pairs=())) for key, value in environments.pairs)
    Reading(gather(environments, {}), problems).read(replace(environments, pairs=names), ENVIRONMENTS.kind)
    return {name: overlay for name, overlay in environments.items() if overlay.kind == "mapping"}
