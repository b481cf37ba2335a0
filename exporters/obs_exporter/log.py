"""Logs: one JSON object per line on standard error, keys as the Elastic Common Schema names them."""

import json
import logging
import sys
import time

EXTRA = ("target", "collector", "reason", "path", "seconds", "address", "count")
"""What a log call may add; anything else in a record stays out of the log."""


class Json(logging.Formatter):
    """A record as one line. Of an exception only its type and place: its text may quote what a server said."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The record as a JSON object."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, object] = {
            "@timestamp": f"{stamp}.{int(record.msecs):03d}Z",
            "log.level": record.levelname.lower(),
            "service.name": self._service,
            "log.logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
        return json.dumps(line, default=str)


def configure(service: str, level: str) -> None:
    """Send everything of this level and above to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json(service))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
