"""Which jobs a component's sources are, on this platform."""

from collections.abc import Mapping

from obs.conventions import INSTANCE_LABEL, STACK_LABEL, exporter_instance, matchers
from obs.model.component import Component
from obs.model.metric import Source
from obs.model.plan import Job
from obs.model.platform import Pairs, Platform, Scrape, Service

STACK_KINDS = ("node", "kubelet")


def jobs_of(component: Component, platform: Platform) -> tuple[Job, ...]:
    """The jobs this component owns: its first source once per service, its further sources once per platform."""
    services = platform.of(component.name)
    jobs: list[Job] = []
    for position, source in enumerate(component.sources):
        if source.component and source.component != component.name:
            continue
        owners = services if position == 0 and not component.implied else services[:1]
        jobs += [_job(component, source, service, platform, first=position == 0) for service in owners]
    return tuple(jobs)


def _job(component: Component, source: Source, service: Service, platform: Platform, *, first: bool) -> Job:
    """What every platform has by itself is known by its source's name, whatever the spec calls the service."""
    scrape = service.sources.get(source.name, Scrape())
    in_stack = bool(source.exporter) or not first
    name = scrape.job or (service.name if first and not component.implied else source.name)
    own_selector = service.selector if first and not source.exporter else _program(source, service, platform)
    return Job(
        name=name,
        component=component.name,
        source=source.name,
        service=service,
        namespace=scrape.namespace or (_stack_namespace(platform, source) if in_stack else service.namespace),
        selector=scrape.selector or own_selector,
        port=scrape.port or (service.port if first and not source.exporter else "") or source.port,
        path=scrape.path or source.path,
        scheme=scrape.scheme or ("https" if source.exporter and platform.stack.exporters_tls else source.scheme),
        kind=source.kind,
        exporter=source.exporter,
        itself=source.itself,
        scraped=scrape.enabled,
    )


def _program(source: Source, service: Service, platform: Platform) -> Pairs:
    """Labels of the program that tells of the service: one of the stack, or its exporter, one of several perhaps."""
    found = ((STACK_LABEL, source.exporter.replace("_", "-") or source.name),)
    if not source.exporter or source.kind == "probe" or len(platform.of(service.component)) == 1:
        return found
    return (*found, (INSTANCE_LABEL, exporter_instance(source.exporter, service.name, alone=False)))


def _stack_namespace(platform: Platform, source: Source) -> str:
    return platform.stack.agents_namespace if source.kind == "node" else platform.stack.namespace


def selectors_of(component: Component, jobs: Mapping[str, tuple[Job, ...]]) -> dict[str, str]:
    """Source name -> job matcher; a source of another component resolves to that component's jobs.

    `jobs` maps component names to the jobs they own.
    """
    selectors = {}
    for source in component.sources:
        owned = jobs.get(source.component or component.name, ())
        names = tuple(job.name for job in owned if job.source == source.name)
        selectors[source.name] = matchers(names or (source.name,))
    return selectors


def options_of(component: Component, services: tuple[Service, ...]) -> dict[str, object]:
    """Option values: the first service's scalar, the union of all services' lists, or the default."""
    values: dict[str, object] = {}
    for option in component.options:
        given = [s.options[option.name] for s in services if option.name in s.options]
        if given and isinstance(option.default, tuple):
            values[option.name] = tuple(
                dict.fromkeys(v for value in given for v in (value if isinstance(value, tuple) else (value,)))
            )
        else:
            values[option.name] = given[0] if given else option.default
    return values
