"""An exporter that serves: targets that live, a listener, a configuration that may change, an end that drains."""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from obs_exporter.app import App
from obs_exporter.collect import Target
from obs_exporter.config import ConfigWrong, Data, Settings, settings
from obs_exporter.connection import Limits
from obs_exporter.row import Row
from obs_exporter.scrape import Scraper
from obs_exporter.server import Server
from obs_exporter.web import Web

log = logging.getLogger(__name__)
WATCHING_SECONDS = 2.0
"""How often the configuration is looked at; the kubelet itself brings a changed one within a minute."""
FIXED = ("listen", "web_config_file", "connections")
"""Settings that are taken once, at the start."""


class Service:
    """One run of the program."""

    def __init__(
        self,
        *,
        name: str,
        prefix: str,
        rows: tuple[Row, ...],
        on_metrics: bool,
        targets: Callable[[Data], Sequence[Target]],
        load: Callable[[], Data],
        watched: Path,
    ) -> None:
        self._make, self._load, self._watched = targets, load, watched
        self._app = App(name=name, prefix=prefix, rows=rows, on_metrics=on_metrics)
        self._scrapers: list[Scraper] = []
        self._settings = Settings()
        self._server: Server | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._seen = b""

    async def start(self, document: Data) -> int:
        """Make the targets and listen; returns the port. Raises ConfigWrong with what stands in the way."""
        self._seen = _digest(self._watched)
        told = settings(document)
        web = Web(Path(self._watched.parent, told.web_config_file) if told.web_config_file else None)
        await self._use(document)
        server = Server(web.guarded(self._app.handle), limits=Limits(connections=told.connections), security=web)
        try:
            port = server.listen(*told.address)
        except OSError as error:
            raise ConfigWrong(f"cannot listen on {told.listen}: {os.strerror(error.errno or 0)}") from None
        self._server = server
        self._app.state.connections_refused = lambda: server.refused
        self._app.state.web_successful = lambda: web.successful
        log.info("listening", extra={"address": f"{told.address[0]}:{port}"})
        return port

    async def until_told_to_end(self) -> None:
        """Serve until SIGTERM or SIGINT, then drain. SIGHUP and a changed file bring a new configuration."""
        loop, ended, again = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ended.set)
        loop.add_signal_handler(signal.SIGHUP, again.set)
        watching = asyncio.create_task(self._watch(again))
        watching.add_done_callback(_told)
        await ended.wait()
        watching.cancel()
        await self.stop()

    async def stop(self) -> None:
        """Let scrapes under way finish within their budget, then end every target."""
        log.info("ending")
        if self._server:
            await self._server.drain(self._settings.drain_seconds)
        await asyncio.gather(*(scraper.target.close() for scraper in self._scrapers), *self._closing)

    async def reload(self) -> bool:
        """Take over the configuration on disk, or keep the one in use and say why; whether it was taken over."""
        try:
            document = self._load()
            fixed = [key for key in FIXED if getattr(settings(document), key) != getattr(self._settings, key)]
            if fixed:
                raise ConfigWrong(f"{self._watched}: {', '.join(fixed)} cannot change while serving; restart for that")
            await self._use(document)
        except ConfigWrong as error:
            self._app.state.reload_successful = False
            log.error("the configuration is bad, the one before stays in use", extra={"sentence": str(error)})
            return False
        log.info("a new configuration is in use")
        return True

    async def _watch(self, again: asyncio.Event) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(again.wait(), WATCHING_SECONDS)
            found = _digest(self._watched)
            if again.is_set() or found != self._seen:
                self._seen = found
                again.clear()
                await self.reload()

    async def _use(self, document: Data) -> None:
        """New targets in the place of the old, which end when their scrapes have."""
        try:
            targets = self._make(document)
        except (OSError, ValueError) as error:
            raise ConfigWrong(f"{self._watched}: the targets cannot be made: {_why(error)}") from None
        told = settings(document)
        scrapers = [Scraper(target, rows=self._app.short_rows, limit=told.series_limit) for target in targets]
        for target in targets:
            await target.start()
        old, self._scrapers, self._settings = self._scrapers, scrapers, told
        self._app.use(told, scrapers)
        self._app.state.reloaded = time.time()
        self._app.state.reload_successful = True
        for scraper in old:
            closing = asyncio.create_task(_close(scraper))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)


def _told(watching: "asyncio.Task[None]") -> None:
    """Without this, a bug that ends the watch would be found out by its silence."""
    error = None if watching.cancelled() else watching.exception()
    if error is not None:
        log.error("the configuration is no longer watched", exc_info=error)


async def _close(scraper: Scraper) -> None:
    await scraper.idle()
    await scraper.target.close()


def _why(error: OSError | ValueError) -> str:
    """A system's error by its words and file; of any other the type, because its text may quote what it read."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return type(error).__name__


def _digest(path: Path) -> bytes:
    """Of the content, so that an exchanged symbolic link counts and a touched file does not."""
    try:
        return sha256(path.read_bytes()).digest()
    except OSError:
        return b""
