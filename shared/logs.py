"""Log lines: one JSON object each on standard error, or readable ones on a terminal.

An event has a fixed name and its facts in fields. Values are cut at a length, and JSON keeps line breaks and control
characters inside their string, so that nobody writes a line of his own. Nobody's personal data is put into a field.
"""

import logging
import sys
from collections.abc import Callable, MutableMapping
from typing import Any, BinaryIO

import orjson
import structlog

LONGEST_VALUE = 2000


def configure_logs(*, terminal: bool | None = None) -> None:
    """For this process; `terminal` decides between readable lines and JSON (default: what standard error is)."""
    readable = sys.stderr.isatty() if terminal is None else terminal
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _cut,
    ]
    last: Any = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer(serializer=_json)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info if not readable else _as_it_is,
            last,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("alembic", "httpx", "httpcore", "uvicorn", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def line_maker(logger: str, *, terminal: bool | None = None) -> Callable[[dict[str, Any]], bytes]:
    """Makes a line of an event as the loggers would, for events that are too many for them.

    An event holds its `event`, its `timestamp` and facts whose length is bounded. `terminal` as above.
    """
    facts = {"level": "info", "logger": logger}
    if sys.stderr.isatty() if terminal is None else terminal:
        console = structlog.dev.ConsoleRenderer()
        return lambda event: f"{console(None, 'info', event | facts)}\n".encode()
    return lambda event: orjson.dumps(event | facts, option=orjson.OPT_APPEND_NEWLINE)


def standard_error() -> BinaryIO:
    """Standard error for a thread that may have to wait for it: unbuffered, and without the lock of `sys.stderr`."""
    return open(2, "wb", buffering=0, closefd=False)


def _cut(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            event[name] = value[:LONGEST_VALUE] + "…"
    return event


def _as_it_is(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return event


def _json(event: Any, default: Any = str, **_: Any) -> str:
    return orjson.dumps(event, default=default).decode()
