"""Who may talk to the listener: TLS, client certificates, users; files are read anew when they change."""

import asyncio
import base64
import binascii
import hashlib
import logging
import os
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import bcrypt

from obs_exporter.config_yaml import ConfigWrong
from obs_exporter.http import Request, Response, said
from obs_exporter.web_config import WebConfig, web_config

log = logging.getLogger(__name__)
OPEN_TO_ALL = ("/-/healthy", "/-/ready")
"""The kubelet has no password, and these say nothing."""
NOBODY = "$2b$10$abcdefghijklmnopqrstuuK3SJHvHDbDxFMV0yxRu0YtTcVrHOIrK"
"""A hash no password has, so that an unknown user takes as long to refuse as a known one."""
REMEMBERED = 100
"""Logins known to be good or bad, as digests with a key of this process: bcrypt takes a tenth of a second each."""


class Web:
    """The listener's security, from a web configuration file or, without one, none."""

    def __init__(self, path: Path | None) -> None:
        """Raises ConfigWrong."""
        self._path = path
        self._config = web_config(path) if path else WebConfig()
        self._state = self._signature()
        self._salt = os.urandom(16)
        self._known: dict[bytes, bool] = {}
        self._one_at_a_time = asyncio.Lock()
        self.successful = True
        """Whether the files on disk are the ones in use."""

    def context(self) -> ssl.SSLContext | None:
        """TLS for the next connection; a bad change of the files is logged, and the good ones stay in use."""
        if self._path and (state := self._signature()) != self._state:
            self._state = state
            self._reload(self._path)
        return self._config.context

    def admits(self, certificate: ssl.SSLObject) -> bool:
        """Whether the client's certificate carries one of the allowed names, where there is such a list."""
        allowed = self._config.allowed_sans
        if not allowed:
            return True
        names = (certificate.getpeercert() or {}).get("subjectAltName", ())
        return any(str(name[1]) in allowed for name in names if isinstance(name, tuple))

    def guarded(self, handle: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """The handler behind the password, with the configured headers on every answer."""

        async def guarded(request: Request) -> Response:
            config = self._config
            if config.users and request.path not in OPEN_TO_ALL and not await self._is_known(request):
                challenge = {"WWW-Authenticate": 'Basic realm="metrics", charset="UTF-8"'}
                answer = replace(said(HTTPStatus.UNAUTHORIZED, "Say who you are."), headers=challenge)
            else:
                answer = await handle(request)
            return replace(answer, headers={**config.headers, **answer.headers}) if config.headers else answer

        return guarded

    async def _is_known(self, request: Request) -> bool:
        user, password = _credentials(request.headers.get("authorization", ""))
        hashed = self._config.users.get(user, NOBODY)
        digest = hashlib.sha256(b"\0".join((self._salt, user.encode(), hashed.encode(), password))).digest()
        if digest not in self._known:
            async with self._one_at_a_time:  # a crowd with wrong passwords gets one core of the host at most
                good = await asyncio.to_thread(_fits, password, hashed)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[digest] = good and user in self._config.users
        return self._known[digest]

    def _reload(self, path: Path) -> None:
        try:
            fresh = web_config(path)
            if (self._config.context and not fresh.context) or (self._config.users and not fresh.users):
                raise ConfigWrong(f"{path}: TLS and users are not taken away while serving; restart for that")
        except ConfigWrong as error:
            self.successful = False
            log.error("the web configuration is bad, the one before stays in use", extra={"sentence": str(error)})
        else:
            self._config, self.successful = fresh, True
            self._state = self._signature()
            log.info("the web configuration was read anew")

    def _signature(self) -> tuple[tuple[int, int, int], ...]:
        """What changes when one of the files does, also through kubelet's exchange of a symbolic link."""
        return tuple(_file_signature(file) for file in self._config.files)


def _file_signature(file: Path) -> tuple[int, int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def _credentials(header: str) -> tuple[str, bytes]:
    """User and password of a Basic authorization (RFC 7617); two empty ones for anything else."""
    scheme, _, coded = header.partition(" ")
    try:
        user, _, password = base64.b64decode(coded.strip(), validate=True).partition(b":")
        return (user.decode(), password) if scheme.lower() == "basic" else ("", b"")
    except (binascii.Error, UnicodeDecodeError):
        return "", b""


def _fits(password: bytes, hashed: str) -> bool:
    """bcrypt's answer; it looks at 72 bytes and refuses NUL, as Go's does more than 72."""
    try:
        return bcrypt.checkpw(password, hashed.encode())
    except ValueError:
        return False
