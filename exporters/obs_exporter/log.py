"""Logs: one JSON object per line on standard error, keys as the Elastic Common Schema names them.

Of an exception only its type and its place are told: its text, and the values in a traceback, may quote what a
server said or what a secret is. Of what a library logs, only warnings, and these without the values put into them.
"""

import asyncio
import json
import logging
import sys
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

EXTRA = {
    "target": "labels.target",
    "collector": "labels.collector",
    "reason": "event.reason",
    "sentence": "error.message",
    "path": "file.path",
    "address": "server.address",
}
"""What a log call may add -> its key; nothing else of a record reaches the log."""
ECS_VERSION = "8.11.0"
OURS = "obs_"
"""How names of our own loggers begin."""
SHARED = "obs_exporter"


class Json(logging.Formatter):
    """A record as one line."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The record as a JSON object."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, object] = {
            "@timestamp": f"{stamp}.{int(record.msecs):03d}Z",
            "log.level": record.levelname.lower(),
            "message": record.getMessage() if record.name.startswith(OURS) else str(record.msg),
            "ecs.version": ECS_VERSION,
            "log.logger": record.name,
            "service.name": self._service,
        }
        line |= {key: str(getattr(record, name)) for name, key in EXTRA.items() if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            line |= {"error.type": type(record.exc_info[1]).__name__, "error.stack_trace": place(record.exc_info[1])}
        return json.dumps(line)


def place(error: BaseException) -> str:
    """Where an exception came from: file, line and function of every frame, without a value."""
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)


def configure(service: str, level: str) -> None:
    """Send everything of ours from this level on to standard error, and what would end the program, too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json(service))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in (SHARED, service):
        logging.getLogger(name).setLevel(level.upper())
    logging.captureWarnings(True)
    sys.excepthook = _crashed


def unexpected(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The loop's handler of errors nobody waited for; its own would print their text."""
    error = context.get("exception")
    logging.getLogger(__name__).error("an error nobody waited for", exc_info=error)


def _crashed(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    logging.getLogger(__name__).critical("ended by a bug", exc_info=(kind, error, error.__traceback__))
