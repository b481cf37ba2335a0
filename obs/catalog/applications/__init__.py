"""Log formats of pods that nothing scrapes, and the one of lines nobody described."""

from collections.abc import Mapping

from obs.catalog.applications.generic import GENERIC
from obs.catalog.applications.nginx import NGINX
from obs.catalog.applications.peatio import PEATIO
from obs.catalog.applications.rango import RANGO
from obs.model.component import Component
from obs.model.logs import LogFormat

FALLBACK = GENERIC

APPLICATIONS: tuple[LogFormat, ...] = (GENERIC, NGINX, PEATIO, RANGO)


def formats(library: Mapping[str, Component]) -> dict[str, LogFormat]:
    """Every format a spec may name, by name: those of components and those of applications."""
    written = [c.logs for c in library.values() if c.logs and "container" in c.logs.origins]
    return {f.name: f for f in (*written, *APPLICATIONS)}
