"""Promises about settings that several services share."""

from collections.abc import Iterator

from obs.model.bundle import Bundle
from obs.model.finding import Finding
from obs.model.plan import Part


def shared_settings_agree(bundle: Bundle) -> Iterator[Finding]:
    """A setting that a component shares with one whose metrics it reads has the same value in every service of both."""
    parts = {part.component.name: part for part in bundle.plan.parts}
    for reader in bundle.plan.parts:
        for owner in (parts[name] for name in reader.component.requires if name in parts):
            yield from _differences(reader, owner)


def _differences(reader: Part, owner: Part) -> Iterator[Finding]:
    """Against the owner's value, which its own queries take; lists are unions and may differ."""
    shared = set(reader.options) & set(owner.options)
    for name in sorted(shared):
        right = owner.options[name]
        for part in (reader, owner) if not isinstance(right, tuple) else ():
            for service in part.services:
                value = service.options.get(name, part.options[name])
                if value != right:
                    yield Finding(
                        place=str(service.place) or service.name,
                        rule="shared-settings-agree",
                        what=f'{service.name} says {name} is "{value}", {owner.services[0].name} says "{right}"',
                        fix=f"write the same {name} under options of both, as the gateway is configured",
                    )


def one_service_per_prober(bundle: Bundle) -> Iterator[Finding]:
    """An exporter that Prometheus finds as a pod watches one service: its page has no label to tell two apart."""
    for part in bundle.plan.parts:
        watched = [job for job in part.jobs if job.exporter and job.kind == "pods"]
        for job in watched[1:]:
            yield Finding(
                place=str(job.service.place) or job.service.name,
                rule="one-service-per-prober",
                what=f"{job.exporter} watches {watched[0].service.name} already, and one service is all it can watch",
                fix=f"leave {job.service.name} to another spec, with a namespace of its own for its monitoring",
            )
