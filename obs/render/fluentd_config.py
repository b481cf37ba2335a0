"""Fluentd's configuration as files, in the order a line meets them."""

from collections.abc import Iterator
from dataclasses import dataclass

from obs.model.logging import LogPlan
from obs.render import fluentd_delivery, fluentd_sources, fluentd_stages
from obs.render.fluentd_ruby import plugins
from obs.render.fluentd_sections import Include, Item, Section, to_text
from obs.render.fluentd_sizes import Sizes, sizes
from obs.render.fluentd_tables import tables


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """One file of the configuration: what it is for, and its sections."""

    name: str
    title: str
    items: tuple[Item, ...] = ()
    more: str = ""
    """Text of the user's own, behind the sections."""


def node_files(logs: LogPlan) -> tuple[File, ...]:
    """The configuration of the Fluentd on every node; fluent.conf includes the others in order."""
    size = sizes(logs.logging.volume, logs.logging.workers)
    return _with_main("The Fluentd on every node.", tuple(_node(logs, size)), logs.logging.workers)


def aggregator_files(logs: LogPlan) -> tuple[File, ...]:
    """The configuration of the aggregators."""
    size = sizes(logs.logging.volume)
    files = (
        _metrics(),
        File(name="receive.conf", title="What the nodes send.", items=(fluentd_delivery.from_nodes(),)),
        File(name="deliver.conf", title="Where documents go.", items=(fluentd_delivery.to_elasticsearch(logs, size),)),
        _errors(logs, fluentd_delivery.shown(logs)),
    )
    return _with_main("An aggregator: what all nodes read, to Elasticsearch.", files)


def texts(files: tuple[File, ...], logs: LogPlan, header: str) -> Iterator[tuple[str, str]]:
    """(name, text) of every file a Fluentd is given, our filters and their tables included."""
    for file in files:
        yield file.name, to_text(file.items, header=f"{file.title}\n{header}") + file.more
    yield "tables.json", tables(logs)
    for name, text in plugins():
        yield name, f"# {header}\n{text}"


def _with_main(title: str, files: tuple[File, ...], workers: int = 1) -> tuple[File, ...]:
    main: list[Item] = [fluentd_sources.system(workers), fluentd_sources.own_log()]
    main += [Include(file.name) for file in files]
    return (File(name="fluent.conf", title=title, items=tuple(main)), *files)


def _node(logs: LogPlan, size: Sizes) -> Iterator[File]:
    logging = logs.logging
    yield _metrics(logging.workers)
    sources = tuple(fluentd_sources.lines(logs, size))
    yield File(name="sources.conf", title="What is read on the node.", items=sources)
    yield File(
        name="origin.conf",
        title="Whose line it is.",
        items=(fluentd_stages.containers(), fluentd_stages.node(logging)),
    )
    yield File(
        name="documents.conf",
        title="Whole, joined, redacted, named, parsed: what leaves here may be stored.",
        items=(fluentd_stages.events(logs),),
    )
    if logging.filters:
        yield File(name="extra.conf", title="Filters of the spec, behind ours.", more=fluentd_stages.extra(logging))
    if logging.aggregator.enabled:
        send, show = fluentd_delivery.to_aggregator(logs, size), fluentd_delivery.shown_by_aggregator(logs)
    else:
        send, show = fluentd_delivery.to_elasticsearch(logs, size), fluentd_delivery.shown(logs)
    yield File(name="deliver.conf", title="Where documents go.", items=(send,))
    yield _errors(logs, show)


def _metrics(workers: int = 1) -> File:
    items = tuple(fluentd_sources.metrics(workers))
    return File(name="metrics.conf", title="What Fluentd tells of itself.", items=items)


def _errors(logs: LogPlan, show: Section) -> File:
    letters = fluentd_delivery.dead_letters(logs, logs.logging.secrets, show)
    return File(name="errors.conf", title="What no plugin could handle.", items=(letters,))
