"""The first bytes of PostgreSQL's protocol: enough to ask for TLS and see the server's certificate."""

import asyncio
import struct
from contextlib import suppress

from obs_db_exporter.certificate import not_after as expiry
from obs_db_exporter.certificate import presented
from obs_db_exporter.session import Refused

SSL_REQUEST = struct.pack("!ii", 8, 80877103)
"""PostgreSQL manual, 55.7 Message Formats, SSLRequest; the server answers S or N."""
GOODBYE_SECONDS = 0.5


async def not_after(host: str, port: int) -> float | None:
    """When the certificate the server shows expires, Unix time; None if it offers no TLS. Raises Refused."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        raise Refused("unreachable", "the server cannot be reached") from None
    try:
        writer.write(SSL_REQUEST)
        await writer.drain()
        if await reader.readexactly(1) != b"S":
            return None
        return expiry(await presented(reader, writer, host))
    except (OSError, EOFError, ValueError):
        raise Refused("tls", "the server showed no certificate that can be read") from None
    finally:
        await _goodbye(writer)


async def _goodbye(writer: asyncio.StreamWriter) -> None:
    """End the connection as TLS wants it: a server logs one that is merely dropped, every time."""
    writer.close()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(GOODBYE_SECONDS):
            await writer.wait_closed()
            return
    writer.transport.abort()
