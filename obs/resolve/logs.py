"""The logging half of a platform: whose lines have which format, and which data stream they end in."""

from collections.abc import Iterator
from dataclasses import replace

from obs.conventions import DEAD_LETTERS, EVENT_TAILER, STACK_LABEL, log_dataset, log_namespace, log_stream
from obs.model.log_fields import ADDRESS, COMMON_FIELDS, DEAD_LETTER_FIELDS, PLACE, PLACE_FIELDS
from obs.model.logging import Logging, LogPlan, LogRoute, LogStream
from obs.model.logs import Field, LogFormat
from obs.model.plan import Library
from obs.model.platform import Platform
from obs.model.search import Board

CLUSTER = "kubernetes"
"""The component whose format the cluster's events have, and the service they are said to come from."""
DEAD_LETTER_RETENTION = "14d"
"""Long enough to find and mend what was refused in a sprint, short enough not to matter on disk."""


def log_plan(platform: Platform, library: Library) -> LogPlan | None:
    """The plan of the logging half; None when the platform has none."""
    logging = platform.logging
    if logging is None:
        return None
    routes = tuple(_routes(platform, logging, library))
    formats = _formats(platform, logging, library, routes)
    return LogPlan(
        logging=logging,
        cluster=platform.cluster,
        routes=routes,
        formats=formats,
        streams=tuple(_streams(platform, logging)),
        fields=_fields(formats, places=logging.elasticsearch.geoip),
        boards=tuple(_boards(platform, logging, library, formats)),
    )


def _boards(
    platform: Platform, logging: Logging, library: Library, formats: tuple[LogFormat, ...]
) -> Iterator[Board]:
    """Boards whose lines the platform has; one whose component it has not goes back to the overview."""
    present = dict.fromkeys(service.component for service in platform.services)
    of_components = [library[name].component.board for name in present if name in library]
    general = [board for board in logging.boards if not board.formats]
    others = [board for board in logging.boards if board.formats]
    written = {written.name for written in formats}
    for board in (*general, *of_components, *others):
        if board is not None and (not board.formats or written & set(board.formats)):
            kept = board if logging.elasticsearch.geoip else _placeless(board)
            yield kept if board.component in present else replace(kept, component="")


def _placeless(board: Board) -> Board:
    """The board without the charts that need to know where addresses are."""
    return replace(board, charts=tuple(c for c in board.charts if not any(f.startswith(PLACE) for f in c.by)))


def _routes(platform: Platform, logging: Logging, library: Library) -> Iterator[LogRoute]:
    for service in platform.services:
        known = library.get(service.component)
        written = known.component.logs if known else None
        if written and "container" in written.origins:
            yield LogRoute(
                service=service.name, namespace=service.namespace, selector=service.selector, format=written
            )
    yield from _events(platform, logging, library)
    for application in logging.applications:
        yield LogRoute(
            service=application.name,
            namespace=application.namespace,
            selector=application.selector,
            format=application.format,
        )


def _events(platform: Platform, logging: Logging, library: Library) -> Iterator[LogRoute]:
    """The pod that prints the cluster's events, where the platform knows how these are read."""
    known = [library[service.component].component.logs for service in platform.of(CLUSTER) if CLUSTER in library]
    for written in known[:1] if logging.events else ():
        if written:
            selector = ((STACK_LABEL, EVENT_TAILER),)
            yield LogRoute(service=CLUSTER, namespace=logging.namespace, selector=selector, format=written)


def _formats(
    platform: Platform, logging: Logging, library: Library, routes: tuple[LogRoute, ...]
) -> tuple[LogFormat, ...]:
    """Formats of the routes and of nodes, by name; the fallback is last."""
    used = {route.format.name: route.format for route in routes}
    for service in platform.services:
        known = library.get(service.component)
        written = known.component.logs if known else None
        if written and written.origins != ("container",):
            used[written.name] = written
    used.pop(logging.fallback.name, None)
    return (*(used[name] for name in sorted(used)), logging.fallback)


def _streams(platform: Platform, logging: Logging) -> Iterator[LogStream]:
    for log_class in logging.classes:
        yield LogStream(
            name=log_stream(log_class.name, platform.cluster),
            dataset=log_dataset(log_class.name),
            namespace=log_namespace(platform.cluster),
            retention=log_class.retention,
            log_class=log_class,
        )
    yield LogStream(
        name=log_stream(DEAD_LETTERS, platform.cluster),
        dataset=log_dataset(DEAD_LETTERS),
        namespace=log_namespace(platform.cluster),
        retention=DEAD_LETTER_RETENTION,
        log_class=None,
    )


def _fields(formats: tuple[LogFormat, ...], *, places: bool) -> tuple[Field, ...]:
    """Every field once; the first to name one describes it."""
    every = [*COMMON_FIELDS, *DEAD_LETTER_FIELDS, *(f for written in formats for f in written.fields)]
    every += PLACE_FIELDS if places and any(field.name == ADDRESS for field in every) else ()
    fields: dict[str, Field] = {}
    for field in every:
        fields.setdefault(field.name, field)
    return tuple(fields.values())
