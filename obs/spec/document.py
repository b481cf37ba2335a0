"""docs/spec.md: the reference of every key, printed from the table the loader reads by."""

import re
from collections.abc import Iterator, Mapping

from obs.model.component import Component
from obs.model.metric import Source
from obs.spec import texts
from obs.spec.keys import ENVIRONMENTS, platform_record, source_record
from obs.spec.kinds import Key, Kind, List, Map, Record, Tagged, Text, words

INTRODUCTION = """# The spec

One YAML file describes a platform. This page lists every key; it is generated from the table that `obs` reads specs by
(`obs/spec/keys.py`). [examples/minimal.yaml](../examples/minimal.yaml) is the shortest useful spec,
[examples/opendax.yaml](../examples/opendax.yaml) uses most of what there is.

Point your editor at the JSON Schema with a first line such as the one below (`obs schema` prints the schema), and it
completes keys, component names and alert names while you type:

```yaml
# yaml-language-server: $schema=./spec.schema.json
```

## How it is read

- Every mistake is told at once, as `file:line:column: path: what is wrong; what to write`, and nothing is built:

  ```text
  platform.yaml:14:16: services[2].component: no component "reddis"; did you mean "redis"?
  ```

- Text that other YAML readers take for something else (`no`, `on`, `22:22`, `0777`, `2024-01-01`) must be quoted where
  text is meant; `true` and `false` are the only booleans. Duplicate keys, tabs in the indentation, tags and second
  documents are mistakes. Anchors, aliases and merge keys (`<<`) work, within reason.
- A name consists of a-z, 0-9 and dashes, at most 63 of them.
- Secrets never stand in a spec. Where one is needed, the spec names the key of the Kubernetes Secret that holds it.

## Environments

`environments` holds overlays by name; `obs build SPEC --environment staging` merges one of them over the rest of the
spec. Mappings merge key by key; `services`, `notify.receivers`, `notify.mute_timings` and `mixins` merge entry by
entry, by name; every other list is replaced. `enabled: false` takes a service out. All overlays are checked in every
build.

```yaml
environments:
  staging:
    cluster: webshop-staging
    services:
      - name: rabbitmq
        replicas: 1
```

## What a service needs

A service needs only its `component`. Its pods are looked for in `namespace`, by the label `label_key` with the
service's name as value; `selector` says otherwise. Its name is the `job` label of its metrics, wherever they are shown.

{implied} belong to every platform{logging} and need not be listed.{beside} List one as a
service to change its settings, or leave it out with `without: {first}`.

## Changing what the catalogue says

Alerts, objectives and panels are named as on the dashboards and in the alerts themselves (`obs list` prints them all):

```yaml
overrides:
  EnvoyEdgeSlow: {threshold: 1.5, hold: 10m}
  EnvoyRequestsShed: {severity: warning}
  EnvoyRestarting: {enabled: false}
objectives:
  envoy.availability: {target: 0.9995, period: 30d}
panels_off:
  - envoy/Gateway memory
```
"""


def document(library: Mapping[str, Component]) -> str:
    """The whole page, for the components at hand."""
    shared, logging = ([f"`{name}`" for name in _implied(library, half)] for half in ("monitoring", "logging"))
    implied = " and ".join(shared) or "No components"
    also = f", {' and '.join(logging)} to every one with `logging`{_search(library)}," if logging else ""
    intro = INTRODUCTION.replace("{implied}", implied).replace("{logging}", also).replace("{beside}", _beside(library))
    intro = intro.replace("{first}", shared[0].strip("`") if shared else "NAME")
    top = platform_record(library)
    sections = [_section("## Top level", (*top.keys, ENVIRONMENTS))]
    records = dict(reversed(list(_records(top))))
    sections += [_section(f"### {title}", records[title]) for title in dict.fromkeys(t for t, _ in _records(top))]
    return "\n".join([intro, *sections, *_components(library)])


def _implied(library: Mapping[str, Component], half: str) -> list[str]:
    return [name for name, c in library.items() if c.implied and c.half == half and not c.beside]


def _search(library: Mapping[str, Component]) -> str:
    """What watches the search engine, and where it does."""
    found = " and ".join(f"`{name}`" for name in _implied(library, "search"))
    return f" ({found} where Elasticsearch is deployed here; list it to watch an external one)" if found else ""


def _beside(library: Mapping[str, Component]) -> str:
    """What joins a platform with certain services only."""
    joins = [(name, c.beside) for name, c in library.items() if c.implied and c.beside]
    return "".join(f" `{name}` joins where there is {' or '.join(f'`{n}`' for n in others)}." for name, others in joins)


def _section(heading: str, keys: tuple[Key, ...]) -> str:
    rows = [f"| `{k.name}`{'*' if k.required else ''} | {_value(k)} | {_default(k)} | {_cell(k.help)} |" for k in keys]
    needed = "\n\\* must be given\n" if any(key.required for key in keys) else ""
    return "\n".join([heading, "", "| key | value | default | meaning |", "|---|---|---|---|", *rows, needed])


def _records(kind: Kind) -> Iterator[tuple[str, tuple[Key, ...]]]:
    """Every record below a kind with its title, in reading order; what depends on the component stands apart."""
    match kind:
        case Record():
            for key in kind.keys:
                yield from _titled(key)
        case List():
            yield from _records(kind.item)
        case Map():
            yield from _records(kind.value)
        case Tagged():
            yield from (pair for key in kind.common.keys for pair in _titled(key))
        case _:
            return


def _titled(key: Key) -> Iterator[tuple[str, tuple[Key, ...]]]:
    inner = _inner(key.kind)
    if isinstance(inner, Record) and inner.keys:
        yield _title(key), inner.keys
    if isinstance(inner, Tagged):
        yield _title(key), inner.common.keys
        if inner.by != "component":
            yield from ((f"{_title(key)} with `{inner.by}: {tag}`", keys) for tag, keys in inner.cases.items())
    yield from _records(inner)


def _inner(kind: Kind) -> Kind:
    if isinstance(kind, List):
        return kind.item
    return kind.value if isinstance(kind, Map) else kind


def _title(key: Key) -> str:
    inner = _inner(key.kind)
    return inner.title if isinstance(inner, Record) else inner.common.title if isinstance(inner, Tagged) else ""


def _components(library: Mapping[str, Component]) -> Iterator[str]:
    yield _section("### A source", source_record(Source(name="any", metrics=())).keys)
    yield "## Options and sources of each component\n"
    for component in library.values():
        yield f"### `{component.name}`: {component.title}\n\n{component.summary}\n"
        service = next(k for k in platform_record({component.name: component}).keys if k.name == "services")
        tagged = _inner(service.kind)
        for key in tagged.cases[component.name] if isinstance(tagged, Tagged) else ():
            yield from _settings(key, component)


def _settings(key: Key, component: Component) -> Iterator[str]:
    inner = key.kind
    if not isinstance(inner, Record) or not inner.keys:
        return
    if key.name == "options":
        yield _section("Options:", inner.keys)
        return
    yield "| source | job | port | path |\n|---|---|---|---|"
    for source in component.sources:
        if source.component in ("", component.name):
            job = "the service's name" if source is component.sources[0] else f"`{source.name}`"
            yield f"| `{source.name}` | {job} | `{source.port}` | `{source.path}` |"
    yield ""


def _value(key: Key) -> str:
    kind, inner = key.kind, _inner(key.kind)
    if key.name in ("options", "sources"):
        return "[by component](#options-and-sources-of-each-component)"
    if key.name == "environments":
        return "by name, [any of these](#top-level)"
    shape = {"List": "a list, each ", "Map": "by name, each "}.get(type(kind).__name__, "")
    if title := _title(key):
        anchor = re.sub(r"[^a-z0-9_ -]", "", title.lower()).replace(" ", "-")
        return f"{shape}[{title}](#{anchor})"
    if isinstance(kind, Map):
        return f"{words(kind.key)}: {words(inner)}"
    example = f", such as `{kind.example}`" if isinstance(kind, Text) and kind != texts.NAME and not key.default else ""
    return _cell(words(kind).replace(texts.NAME.what, "a name") + example)


def _default(key: Key) -> str:
    if key.otherwise:
        return _cell(key.otherwise)
    match key.default:
        case None:
            return ""
        case tuple() | list() as several:
            return ", ".join(f"`{item}`" for item in several) or "none"
        case dict() as pairs:
            return ", ".join(f"`{name}: {value}`" for name, value in pairs.items())
        case bool() as flag:
            return f"`{str(flag).lower()}`"
        case plain:
            return f"`{plain}`" if plain != "" else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
