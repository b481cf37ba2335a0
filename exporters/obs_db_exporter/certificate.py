"""When a server's certificate expires, read from the certificate itself, trusted or not."""

import asyncio
import ssl
from datetime import UTC, datetime

SEQUENCE, UTC_TIME, VERSION = 0x30, 0x17, 0xA0
"""Tags of DER (X.690): a sequence, a time with a two-digit year, and the optional version of a certificate."""


def not_after(der: bytes) -> float:
    """Unix time of notAfter in an X.509 certificate (RFC 5280, 4.1). Raises ValueError on what is none.

    The standard library reads the dates of trusted certificates only; an expired one is what this is for.
    """
    certificate = _content(der, SEQUENCE)
    fields = _content(certificate, SEQUENCE)
    skipped = 4 if fields[:1] == bytes([VERSION]) else 3  # version, serial number, algorithm, issuer
    for _ in range(skipped):
        _, fields = _split(fields)
    validity = _content(fields, SEQUENCE)
    _, rest = _split(validity)
    return _time(rest[0], _split(rest)[0])


async def presented(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> bytes:
    """The certificate a server shows on a connection that is ready for TLS, in DER.

    Nothing is verified because nothing is sent: the connection ends after the handshake.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    await writer.start_tls(context, server_hostname=host)
    shown: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    return shown


def _split(data: bytes) -> tuple[bytes, bytes]:
    """Content of the first element, and what follows it."""
    if len(data) < 2:
        raise ValueError("the certificate ends early")
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start])
    if len(data) < start + length:
        raise ValueError("the certificate ends early")
    return data[start : start + length], data[start + length :]


def _content(data: bytes, tag: int) -> bytes:
    if data[:1] != bytes([tag]):
        raise ValueError("this is no X.509 certificate")
    return _split(data)[0]


def _time(tag: int, text: bytes) -> float:
    """UTCTime has two digits of the year: 50 to 99 are of the last century (RFC 5280, 4.1.2.5.1)."""
    digits = text.decode("ascii")
    if tag == UTC_TIME:
        digits = ("19" if digits[:2] >= "50" else "20") + digits
    return datetime.strptime(digits, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()
