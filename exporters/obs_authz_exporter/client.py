"""The only I/O of the prober: one HTTP/1.1 call on a connection of its own, measured phase by phase."""

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import h11

from obs_exporter.collect import Clock

LONGEST_BODY = 64 * 1024
"""Bytes of an answer's body that are read; what is longer is no answer of AuthZ."""
RESOLVERS = 4
"""Threads that look names up, apart from those that serve pages: a deaf resolver holds up nobody else."""
_resolving = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolve")


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where calls go; `tls` verifies certificate and name, None is plain HTTP."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    server_name: str = ""
    """Name the certificate must have; `host` unless given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(kw_only=True, slots=True)
class Call:
    """One call as it went. `reason` is "" when there is an answer; `seconds` is its whole length."""

    answer: Answer | None = None
    reason: str = ""
    seconds: float = 0.0
    phases: dict[str, float] = field(default_factory=dict)
    """Seconds of dns, connect, tls and first_byte, as far as the call came."""


class _Failed(Exception):
    """A phase failed; the text is its reason."""


async def get(
    address: Address, path: str, headers: Mapping[str, str], *, timeout: float, clock: Clock = time.monotonic
) -> Call:
    """GET `path` on a new connection and close it; after `timeout` seconds the call is given up."""
    call, started = Call(), clock()
    try:
        async with asyncio.timeout(timeout):
            call.answer = await _get(address, path, headers, call.phases, clock)
    except TimeoutError:
        call.reason = "timeout"
    except _Failed as failure:
        call.reason = str(failure)
    call.seconds = clock() - started
    return call


async def _get(
    address: Address, path: str, headers: Mapping[str, str], phases: dict[str, float], clock: Clock
) -> Answer:
    with _Phase("dns", phases, clock):
        found = await _resolved(address)
    with _Phase("connect", phases, clock):
        connected = await _connected(found)
    try:
        with _Phase("tls", phases, clock) if address.tls else _Phase("connect", {}, clock):
            reader, writer = await _streams(connected, address)
    except BaseException:
        connected.close()
        raise
    try:
        with _Phase("protocol", {}, clock):
            return await _exchanged(reader, writer, _request(address, path, headers), phases, clock)
    finally:
        writer.transport.abort()


class _Phase:
    """Measures a phase into `phases`, and names what fails in it. Being cancelled is no failure of a phase."""

    def __init__(self, name: str, phases: dict[str, float], clock: Clock) -> None:
        self._name, self._phases, self._clock = name, phases, clock

    def __enter__(self) -> None:
        self._started = self._clock()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._phases[self._name] = self._clock() - self._started
        if isinstance(error, (OSError, EOFError, UnicodeError, h11.RemoteProtocolError)):
            raise _Failed(self._name) from None


async def _resolved(address: Address) -> list[tuple[int, tuple[object, ...]]]:
    """(family, socket address) of every address the name has, in the order of preference."""
    loop, kind = asyncio.get_running_loop(), socket.SOCK_STREAM
    lookup = loop.run_in_executor(_resolving, lambda: socket.getaddrinfo(address.host, address.port, type=kind))
    return [(int(family), where) for family, _, _, _, where in await lookup]


async def _connected(found: list[tuple[int, tuple[object, ...]]]) -> socket.socket:
    """A connection to the first address that accepts one; the last one's error when none does."""
    for position, (family, where) in enumerate(found):
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(made, where)
        except OSError:
            made.close()
            if position == len(found) - 1:
                raise
        except BaseException:
            made.close()
            raise
        else:
            return made
    raise OSError("the name has no address")


async def _streams(
    connected: socket.socket, address: Address
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    name = (address.server_name or address.host) if address.tls else None
    return await asyncio.open_connection(sock=connected, ssl=address.tls, server_hostname=name)


def _request(address: Address, path: str, headers: Mapping[str, str]) -> h11.Request:
    host = address.host if address.port in (80, 443) else f"{address.host}:{address.port}"
    return h11.Request(method="GET", target=path, headers=[("Host", host), *headers.items(), ("Connection", "close")])


async def _exchanged(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    request: h11.Request,
    phases: dict[str, float],
    clock: Clock,
) -> Answer:
    """Send the request, read the whole answer."""
    http, sent = h11.Connection(h11.CLIENT), clock()
    writer.write((http.send(request) or b"") + (http.send(h11.EndOfMessage()) or b""))
    head: h11.Response | None = None
    body = b""
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            received = await reader.read(LONGEST_BODY)
            phases.setdefault("first_byte", clock() - sent)
            http.receive_data(received)
        elif isinstance(event, h11.Response):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > LONGEST_BODY:
                raise EOFError
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            named = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
            return Answer(status=head.status_code, headers=named, body=bytes(body))
        elif not isinstance(event, h11.InformationalResponse):
            raise EOFError
