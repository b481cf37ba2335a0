"""What is served: the pages of an exporter, by path."""

import asyncio
import gzip
import html
import platform
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from obs_exporter import __version__
from obs_exporter.accept import format_for, gzip_wanted
from obs_exporter.collect import Deadline
from obs_exporter.config import Settings
from obs_exporter.http import Request, Response, said
from obs_exporter.page import Page
from obs_exporter.row import Row
from obs_exporter.runtime import Runtime
from obs_exporter.scrape import Scraper

MARGIN = 0.5
"""Seconds of a scrape's time that are kept for the way back: what other exporters subtract, too."""


@dataclass(kw_only=True)
class State:
    """What the program knows about itself; counters only grow."""

    reload_successful: bool = True
    reloaded: float = 0.0
    probes_refused: int = 0
    connections_refused: Callable[[], int] = lambda: 0
    web_successful: Callable[[], bool] = lambda: True


class App:
    """Routes of one exporter. `on_metrics`: /metrics carries the page of the one target too."""

    def __init__(self, *, name: str, prefix: str, rows: Sequence[Row], on_metrics: bool) -> None:
        self._name, self._prefix, self._on_metrics = name, prefix, on_metrics
        self._all = {row.name: row for row in rows}
        self._short = {row.name.removeprefix(f"{prefix}_"): row for row in rows}
        self._scrapers: dict[str, Scraper] = {}
        self._probes: dict[str, int] = {}
        self._dropped: dict[str, int] = {}
        self._settings = Settings()
        self._under_way = 0
        self._runtime = Runtime()
        self.state = State(reloaded=time.time())
        self._labels = {"version": __version__, "python_version": platform.python_version()}

    @property
    def short_rows(self) -> dict[str, Row]:
        """Rows by name without the exporter's prefix."""
        return self._short

    def use(self, settings: Settings, scrapers: Sequence[Scraper]) -> None:
        """Take over a configuration from the next request on."""
        self._settings = settings
        self._scrapers = {scraper.target.name: scraper for scraper in scrapers}
        self._probes = {name: self._probes.get(name, 0) for name in self._scrapers}
        self._dropped = {name: self._dropped.get(name, 0) for name in self._scrapers}

    async def handle(self, request: Request) -> Response:
        """The answer to any request."""
        routes: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "/": self._landing,
            "/metrics": self._metrics,
            "/probe": self._probe,
            "/-/healthy": self._fine,
            "/-/ready": self._fine,
        }
        route = routes.get(request.path)
        if route is None:
            return said(HTTPStatus.NOT_FOUND, "Nothing is served here; / names what is.")
        if request.method not in ("GET", "HEAD"):
            return said(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET and HEAD are answered.", Allow="GET, HEAD")
        return await route(request)

    async def _fine(self, request: Request) -> Response:
        return said(HTTPStatus.OK, f"{self._name} is fine.")

    async def _landing(self, request: Request) -> Response:
        places = {name: f"/probe?target={quote(name, safe='')}" for name in self._scrapers}
        probes = "".join(f'<li><a href="{place}">{html.escape(name)}</a></li>' for name, place in places.items())
        body = f"<!doctype html><title>{self._name}</title><h1>{self._name} {self._labels['version']}</h1>"
        body += f'<p><a href="/metrics">metrics</a></p><ul>{probes}</ul>'
        return Response(body=body.encode(), content_type="text/html; charset=utf-8")

    async def _metrics(self, request: Request) -> Response:
        page = Page(limit=self._settings.series_limit)
        if self._on_metrics:
            found = await self._scraped(next(iter(self._scrapers)), request)
            if isinstance(found, Response):
                return found
            page.update(found)
        self._itself(page)
        return await _rendered(page, request)

    async def _probe(self, request: Request) -> Response:
        names = request.query.get("target", [])
        if len(names) != 1 or not names[0]:
            return said(HTTPStatus.BAD_REQUEST, "Name one target: /probe?target=NAME.")
        if names[0] not in self._scrapers:
            return said(HTTPStatus.NOT_FOUND, "The configuration has no target of that name.")
        found = await self._scraped(names[0], request)
        return found if isinstance(found, Response) else await _rendered(found, request)

    async def _scraped(self, name: str, request: Request) -> Page | Response:
        """A fresh page of the target; 503 while too many scrapes are under way."""
        if self._under_way >= self._settings.scrapes:
            self.state.probes_refused += 1
            return said(HTTPStatus.SERVICE_UNAVAILABLE, "Too many scrapes are under way.", Retry_After="1")
        self._under_way += 1
        try:
            self._probes[name] = self._probes.get(name, 0) + 1
            page = await self._scrapers[name].scrape(Deadline(self._seconds(request)))
            self._dropped[name] = sum(page.dropped().values())
            return page
        finally:
            self._under_way -= 1

    def _seconds(self, request: Request) -> float:
        try:
            asked = float(request.headers.get("x-prometheus-scrape-timeout-seconds", "inf"))
        except ValueError:
            asked = float("inf")
        longest = self._settings.scrape_timeout_seconds
        return max(0.1, min(asked, longest) - MARGIN) if asked == asked else longest - MARGIN

    def _itself(self, page: Page) -> None:
        self._runtime.tell(page)
        state = self.state
        successful = state.reload_successful and state.web_successful()
        self._set(page, "exporter_config_last_reload_successful", float(successful))
        self._set(page, "exporter_config_last_reload_success_timestamp_seconds", state.reloaded)
        self._set(page, "exporter_targets", len(self._scrapers))
        self._set(page, "exporter_probes_refused_total", state.probes_refused)
        self._set(page, "exporter_connections_refused_total", state.connections_refused())
        for name, count in self._probes.items():
            self._set(page, "exporter_probes_total", count, name)
            self._set(page, "exporter_dropped_series", self._dropped[name], name)
        # Where a target has a build of its own to tell, the program's is called after the program.
        name = "exporter_build_info" if "exporter_build_info" in self._short else "build_info"
        if name in self._short:
            self._set(page, name, 1, *(self._labels[label] for label in self._short[name].labels))

    def _set(self, page: Page, name: str, value: float, *labels: str) -> None:
        if name in self._short:
            page.set(self._short[name], value, *labels)


async def _rendered(page: Page, request: Request) -> Response:
    """The page as the scrape wants it. Compression leaves the loop: it is the longest step, and lets go of Python."""
    text = format_for(request.headers.get("accept", ""))
    body, headers = page.render(text), {"Vary": "Accept, Accept-Encoding"}
    if gzip_wanted(request.headers.get("accept-encoding", "")):
        body = await asyncio.to_thread(gzip.compress, body, 1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(body=body, content_type=text.value, headers=headers)
