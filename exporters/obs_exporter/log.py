"""Logs: one JSON object per line on standard error, keys as the Elastic Common Schema names them.

Of an exception only its type and its place are told: its text, and the values in a traceback, may quote what a
server said or what a secret is.
"""

import json
import logging
import sys
import time
import traceback
from pathlib import Path
from types import TracebackType

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
            "message": record.getMessage(),
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
    """Send everything of this level and above to standard error, and what would end the program, too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json(service))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.captureWarnings(True)
    sys.excepthook = _crashed


def _crashed(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    logging.getLogger(__name__).critical("ended by a bug", exc_info=(kind, error, error.__traceback__))
