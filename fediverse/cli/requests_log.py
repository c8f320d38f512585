"""The web server's own messages, in the node's log: one event for each request, without the query, which may hold codes and tokens."""

import logging
from typing import Literal

from fediverse.log import get

_ACCESS = "uvicorn.access"
_HANDSHAKE = '%s - "WebSocket %s"'
_QUIET = {
    "connection open",
    "connection closed",
    "connection rejected (%d %s)",
    "Started server process [%d]",
    "Finished server process [%d]",
    "Waiting for application startup.",
    "Application startup complete.",
}


class IntoLog(logging.Handler):
    """Hands the records of uvicorn's loggers to ours."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == _ACCESS and isinstance(record.args, tuple) and len(record.args) == 5:
            client, method, path, _version, status = record.args
            get(_ACCESS).info(
                "http.request", method=method, path=str(path).partition("?")[0], status=status, client=client
            )
        elif record.msg.startswith(_HANDSHAKE) and isinstance(record.args, tuple) and len(record.args) >= 2:
            client, path, *said = record.args
            status = said[0] if said else 403 if record.msg.endswith("403") else 101
            get(_ACCESS).info(
                "http.request", method="WEBSOCKET", path=str(path).partition("?")[0], status=status, client=client
            )
        elif record.msg not in _QUIET:
            get(record.name).log(record.levelno, "http.server", message=record.getMessage(), exc_info=record.exc_info)


def log_requests(level: Literal["debug", "info", "warning", "error"]) -> None:
    for name in ("uvicorn.error", _ACCESS):
        logger = logging.getLogger(name)
        logger.handlers = [IntoLog()]
        logger.propagate = False
        logger.setLevel(logging.INFO if level == "debug" else level.upper())
