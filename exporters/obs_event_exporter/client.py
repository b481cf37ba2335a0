"""One connection to one address: kept open, one request at a time, the answer handed on as it comes."""

import asyncio
import base64
import json
import socket
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import h11

from obs_exporter.breaker import Breaker
from obs_exporter.collect import Clock, CollectFailed, Deadline
from obs_exporter.secret import Secret, SecretMissing

READ_BYTES = 1 << 18
LARGEST_ANSWER_BYTES = 64 << 20
"""An answer beyond this is a fault: 10,000 queues take 4.4 MB, so this is a hundred thousand of them and more."""
LARGEST_REASON_BYTES = 4096
Take = Callable[[bytes], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where one HTTP listener of the broker is; `tls` is None for plain HTTP."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """A user of the broker by the files that hold the name and the password, read on every request."""

    username: Secret
    password: Secret

    def header(self) -> tuple[str, str]:
        """The Authorization header. Raises CollectFailed where a file cannot be read."""
        try:
            pair = f"{self.username.read()}:{self.password.read()}"
        except SecretMissing as error:
            raise CollectFailed("secret", str(error)) from None
        return ("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")


class Client:
    """HTTP/1.1 to one address over at most one connection.

    A broken connection is made anew with growing pauses; a request that was cancelled or came late costs the
    connection, because its answer would be read as the next one's.
    """

    def __init__(self, address: Address, *, login: Login | None = None, clock: Clock = time.monotonic) -> None:
        self.address = address
        self._login, self._clock = login, clock
        self._breaker = Breaker(first=0.25, longest=10.0)
        self._lock = asyncio.Lock()
        self._wire: _Wire | None = None

    async def get(self, path: str, take: Take, deadline: Deadline) -> None:
        """Ask for `path`; `take` gets the answer's body in pieces, decompressed. Raises CollectFailed."""
        try:
            async with asyncio.timeout(deadline.remaining()), self._lock:
                await self._ask(path, take)
        except TimeoutError:
            raise self._lost("timeout", "does not answer in time") from None
        except (OSError, EOFError) as error:
            raise self._lost(_reason(error), f"cannot be read: {_sentence(error)}") from None
        except (h11.ProtocolError, zlib.error) as error:
            raise self._lost("protocol", f"speaks no HTTP: {error}") from None
        except asyncio.CancelledError:
            self._drop()
            raise

    async def close(self) -> None:
        """Close the connection, if there is one."""
        self._drop()

    async def _ask(self, path: str, take: Take) -> None:
        kept = self._wire
        try:
            await self._exchange(kept or await self._connect(), path, take)
        except _Stale:
            self._drop()
            await self._exchange(await self._connect(), path, take)

    async def _connect(self) -> "_Wire":
        if not self._breaker.allows(self._clock()):
            raise CollectFailed("backoff", f"{self.address} failed a moment ago and is not tried again yet")
        at = self.address
        reader, writer = await asyncio.open_connection(at.host, at.port, ssl=at.tls, limit=READ_BYTES)
        self._wire = _Wire(reader, writer)
        return self._wire

    async def _exchange(self, wire: "_Wire", path: str, take: Take) -> None:
        headers = [("Host", str(self.address)), ("Accept-Encoding", "gzip"), ("Accept", "*/*")]
        headers += [self._login.header()] if self._login else []
        answer = await wire.ask(h11.Request(method="GET", target=path, headers=headers))
        body = _Body(take if answer.status_code == 200 else _ignore, packed=_packed(answer))
        reason = bytearray()
        async for piece in wire.body():
            body.add(piece)
            reason += piece[: LARGEST_REASON_BYTES - len(reason)] if answer.status_code != 200 else b""
        self._breaker.succeeded()
        if not wire.again():
            self._drop()
        if answer.status_code != 200:
            raise _refused(self.address, path, answer.status_code, bytes(reason))

    def _lost(self, reason: str, told: str) -> CollectFailed:
        self._drop()
        self._breaker.failed(self._clock())
        return CollectFailed(reason, f"{self.address} {told}")

    def _drop(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.abort()


class _Stale(Exception):
    """A kept connection turned out to be closed before the answer began: the request may be sent again."""


class _Wire:
    """An open connection and where its HTTP conversation stands."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._http = h11.Connection(h11.CLIENT)
        self._used = False

    async def ask(self, request: h11.Request) -> h11.Response:
        kept, self._used = self._used, True
        try:
            self._writer.write((self._http.send(request) or b"") + (self._http.send(h11.EndOfMessage()) or b""))
            await self._writer.drain()
            return await self._head(kept)
        except (ConnectionError, EOFError):
            if kept:
                raise _Stale from None
            raise

    async def _head(self, kept: bool) -> h11.Response:
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                await self._more()
            elif isinstance(event, h11.Response):
                return event
            elif isinstance(event, h11.ConnectionClosed):
                raise EOFError("it closed the connection without an answer")

    async def body(self) -> AsyncIterator[bytes]:
        """Pieces of the answer's body as they come."""
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                await self._more()
            elif isinstance(event, h11.Data):
                yield bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return

    async def _more(self) -> None:
        data = await self._reader.read(READ_BYTES)
        if not data and self._http.their_state is h11.SEND_RESPONSE:
            raise EOFError("it closed the connection without an answer")
        self._http.receive_data(data)

    def again(self) -> bool:
        """Whether the connection can carry another request; makes it ready for one."""
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            return True
        return False

    def abort(self) -> None:
        self._writer.transport.abort()


class _Body:
    """Hands the pieces of one answer on, unpacked; refuses an answer without an end."""

    def __init__(self, take: Take, *, packed: bool) -> None:
        self._take = take
        self._unpack = zlib.decompressobj(wbits=31) if packed else None
        self._bytes = 0

    def add(self, piece: bytes) -> None:
        data = self._unpack.decompress(piece, LARGEST_ANSWER_BYTES) if self._unpack else piece
        self._bytes += len(data)
        if self._bytes > LARGEST_ANSWER_BYTES or (self._unpack and self._unpack.unconsumed_tail):
            raise OSError(f"its answer is larger than {LARGEST_ANSWER_BYTES} bytes")
        self._take(data)


def _packed(answer: h11.Response) -> bool:
    return any(name == b"content-encoding" and value == b"gzip" for name, value in answer.headers)


def _ignore(_: bytes) -> None:
    """Take nothing: the body of a refusal is kept for its reason alone."""


def _refused(address: Address, path: str, status: int, body: bytes) -> CollectFailed:
    """What a status other than 200 means; the broker gives its reason in a few words of JSON."""
    known = {401: "unauthorized", 403: "forbidden", 404: "missing"}
    why = _why(body)
    reason = "forbidden" if status == 401 and why and "Login failed" not in why else known.get(status, "status")
    return CollectFailed(reason, f"{address} answers {status} to {path.partition('?')[0]}{why and f': {why}'}")


def _why(body: bytes) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    return str(told.get("reason", "")) if isinstance(told, dict) else ""


def _reason(error: OSError | EOFError) -> str:
    if isinstance(error, socket.gaierror):
        return "dns"
    if isinstance(error, ssl.SSLError):
        return "tls"
    return "refused" if isinstance(error, ConnectionRefusedError) else "closed"


def _sentence(error: OSError | EOFError) -> str:
    """The system's own words, without the address `asyncio` puts before them."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
