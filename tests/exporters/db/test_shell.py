"""The parts both engines share, without a server: session, probe, cache, certificate, configuration."""

import asyncio
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from obs_db_exporter.cached import Cached, Incomplete
from obs_db_exporter.certificate import not_after
from obs_db_exporter.config import TARGET_SCHEMA, servers
from obs_db_exporter.connect_probe import ConnectProbe
from obs_db_exporter.metrics import ROWS
from obs_db_exporter.session import REASONS, Refused, Session
from obs_exporter.breaker import Breaker
from obs_exporter.collect import CollectFailed, Deadline
from obs_exporter.page import Page
from tests.engines.servers.certificates import Authority


class FakeLink:
    """A connection that is open until somebody ends it."""

    def __init__(self, identity: str = "here") -> None:
        self.identity, self.closed = identity, False

    async def close(self) -> None:
        """End it."""
        self.closed = True


class Server:
    """Takes connections, or refuses them, as told."""

    def __init__(self) -> None:
        self.refusal: Refused | None = None
        self.identity = "here"
        self.silent = False
        self.links: list[FakeLink] = []

    async def connect(self, database: str = "") -> FakeLink:
        """A connection, or the refusal, or nothing for ever."""
        if self.silent:
            await asyncio.sleep(60)
        if self.refusal:
            raise self.refusal
        self.links.append(FakeLink(self.identity))
        return self.links[-1]

    async def not_after(self) -> float | None:
        """A certificate's end."""
        return 4_000_000_000.0


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _session(server: Server, clock: Clock) -> Session[FakeLink]:
    return Session(server.connect, seconds=0.2, breaker=Breaker(first=1, jitter=lambda: 1), clock=clock)


async def _reason(asking: Awaitable[object]) -> str:
    with pytest.raises(CollectFailed) as failed:
        await asking
    return failed.value.reason


def test_a_session_is_opened_once_and_again_only_when_it_is_closed() -> None:
    async def run() -> None:
        server, clock = Server(), Clock()
        session = _session(server, clock)
        first = await session.link(Deadline(1))
        assert await session.link(Deadline(1)) is first
        first.closed = True
        assert await session.link(Deadline(1)) is not first
        assert len(server.links) == 2

    asyncio.run(run())


def test_after_a_refusal_nobody_knocks_before_the_pause_is_over() -> None:
    async def run() -> None:
        server, clock = Server(), Clock()
        session = _session(server, clock)
        server.refusal = Refused("saturated", "full")
        assert await _reason(session.link(Deadline(1))) == "saturated"
        server.refusal = None
        assert await _reason(session.link(Deadline(1))) == "saturated"
        assert server.links == []
        clock.now += 1.1
        assert not (await session.link(Deadline(1))).closed

    asyncio.run(run())


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    async def run() -> None:
        server = Server()
        server.silent = True
        assert await _reason(_session(server, Clock()).link(Deadline(5))) == "timeout"

    asyncio.run(run())


def test_a_session_with_another_server_than_the_name_leads_to_is_ended() -> None:
    async def run() -> None:
        server = Server()
        session = _session(server, Clock())
        link = await session.link(Deadline(1))
        await session.met("here")
        assert not link.closed
        await session.met("there")
        assert link.closed

    asyncio.run(run())


def _probe(server: Server, met: list[str]) -> ConnectProbe[FakeLink]:
    async def remember(identity: str) -> None:
        met.append(identity)

    return ConnectProbe(server.connect, server.not_after, met=remember, interval=60, seconds=0.1, wall=Clock())


def test_the_probe_counts_every_attempt_and_tells_every_reason_from_the_start() -> None:
    async def run() -> None:
        server, met, page = Server(), list[str](), Page()
        probe = _probe(server, met)
        await probe.knock()
        server.refusal = Refused("login", "no")
        await probe.knock()
        await probe.collect(page, Deadline(1))
        assert page.has(ROWS["db_server_cert_not_after_timestamp_seconds"])
        assert page.has(ROWS["db_last_success_timestamp_seconds"], "connect")
        assert [page.has(ROWS["db_connect_failures_total"], reason) for reason in REASONS] == [True] * len(REASONS)
        assert met == ["here"]
        assert [link.closed for link in server.links] == [True]

    asyncio.run(run())


def test_before_the_first_attempt_has_ended_the_probe_knows_nothing() -> None:
    async def run() -> None:
        server, page = Server(), Page()
        server.silent = True
        assert await _reason(_probe(server, []).collect(page, Deadline(0.1))) == "late"
        assert not page.has(ROWS["db_connect_success"])

    asyncio.run(run())


Measure = Callable[[], Awaitable[Page]]


def _cached(measure: Measure, clock: Clock) -> Cached:
    return Cached("sizes", measure, every=300, monotonic=clock, wall=clock)


def _sized(value: float) -> Page:
    page = Page()
    page.set(ROWS["db_log_size_bytes"], value)
    return page


def test_what_is_cached_is_measured_again_when_it_is_old_and_told_with_its_age() -> None:
    async def run() -> None:
        clock, measured = Clock(), list[float]()

        async def measure() -> Page:
            measured.append(clock.now)
            return _sized(1)

        cached, page = _cached(measure, clock), Page()
        await cached.collect(page, Deadline(1))
        clock.now += 299
        await cached.collect(page, Deadline(1))
        assert measured == [1000]
        clock.now += 2
        await cached.collect(page, Deadline(1))
        await asyncio.sleep(0)
        assert measured == [1000, 1301]

    asyncio.run(run())


def test_a_failed_measurement_keeps_the_last_good_one_and_says_so() -> None:
    async def run() -> None:
        clock, failing = Clock(), list[bool]()

        async def measure() -> Page:
            if failing:
                raise CollectFailed("privilege", "denied")
            return _sized(1)

        cached, page = _cached(measure, clock), Page()
        await cached.collect(Page(), Deadline(1))
        failing.append(True)
        clock.now += 301
        await cached.collect(Page(), Deadline(1))
        await asyncio.sleep(0)
        assert await _reason(cached.collect(page, Deadline(1))) == "privilege"
        assert page.has(ROWS["db_log_size_bytes"])
        assert page.has(ROWS["db_last_success_timestamp_seconds"], "sizes")

    asyncio.run(run())


def test_an_incomplete_measurement_counts_for_what_it_has() -> None:
    async def run() -> None:
        async def measure() -> Page:
            raise Incomplete(_sized(7), "privilege", "one database is closed")

        cached, page = _cached(measure, Clock()), Page()
        assert await _reason(cached.collect(page, Deadline(1))) == "privilege"
        assert page.has(ROWS["db_log_size_bytes"])

    asyncio.run(run())


@pytest.mark.parametrize("days", [5, 365, 40_000])
def test_a_certificate_s_end_is_what_openssl_says(tmp_path: Path, days: int) -> None:
    # 40,000 days reach beyond 2050, where the two-digit year ends (RFC 5280, 4.1.2.5).
    issued = Authority(tmp_path).issue("localhost", days=days)
    command = ["openssl", "x509", "-in", str(issued.certificate)]
    der = subprocess.run([*command, "-outform", "DER"], capture_output=True, check=True).stdout
    said = subprocess.run([*command, "-noout", "-enddate", "-dateopt", "iso_8601"], capture_output=True, check=True)
    moment = said.stdout.decode().strip().removeprefix("notAfter=")
    told = subprocess.run(["date", "-u", "-d", moment, "+%s"], capture_output=True, check=True, text=True)
    assert not_after(der) == float(told.stdout)


@pytest.mark.parametrize("junk", [b"", b"0", b"\x30\x03\x30\x01", b"HTTP/1.1 400 Bad Request", bytes(64)])
def test_what_is_no_certificate_is_an_error_of_value(junk: bytes) -> None:
    with pytest.raises(ValueError, match="certificate"):
        not_after(junk)


TARGET: dict[str, Any] = {
    "name": "a",
    "component": "postgresql",
    "host": "db",
    "port": 5432,
    "username_file": "/u",
    "iam_token_file": "/t",
}


def test_a_managed_server_s_own_databases_are_left_out_and_its_token_is_the_password() -> None:
    told = {**TARGET, "managed": "rds", "exclude_databases": ["old"]}
    [server] = servers({"targets": [told]})
    assert server.excluded_databases == {"rdsadmin", "old"}
    assert str(server.password.path) == "/t"
    assert server.tls.mode == "verify-full"


def test_no_key_of_a_target_takes_a_secret_or_a_connection_string() -> None:
    named = set(TARGET_SCHEMA["properties"])
    assert named.isdisjoint({"password", "dsn", "url", "uri", "username", "token", "connection"})
