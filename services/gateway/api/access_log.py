"""The access log: one JSON line a request, at the cost of a few microseconds, and never in a request's way.

Lines are gathered for half a second and written by a thread of their own. A sink that does not take them costs lines,
which are counted, and no request its time. A line holds no query, no body, no token and no name: who asked appears as
a keyed hash, so that one person's lines can be told together and not told whose they are.
"""

import asyncio
import hashlib
import queue
import threading
import time
from collections.abc import Callable
from typing import BinaryIO

import orjson

from services.gateway.api.doors import AccessLine
from services.gateway.api.passage import Principal

GATHER_SECONDS = 0.5
MOST_BATCHES = 64
MOST_LINES = 5_000


class AccessLog:
    """Give `write` to the Forwarder, in the loop that serves; `close` at the end. `dropped` counts lost lines.

    `subject_of` says what of a principal is hashed with `pepper` (a secret of the installation).
    """

    def __init__(
        self,
        stream: BinaryIO,
        subject_of: Callable[[Principal], str],
        pepper: bytes,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._stream = stream
        self._subject_of = subject_of
        self._pepper = pepper[:64]
        self._wall_clock = wall_clock
        self._lines: list[bytes] = []
        self._batches: queue.Queue[list[bytes] | None] = queue.Queue(MOST_BATCHES)
        self._writer = threading.Thread(target=self._write_batches, name="access-log", daemon=True)
        self._writer.start()
        self.dropped = 0

    def write(self, line: AccessLine) -> None:
        if not self._lines:
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self.flush)
        self._lines.append(self._text(line))
        if len(self._lines) >= MOST_LINES:
            self.flush()

    def flush(self) -> None:
        """Hand over what has been gathered."""
        lines, self._lines = self._lines, []
        if not lines:
            return
        try:
            self._batches.put_nowait(lines)
        except queue.Full:
            self.dropped += len(lines)

    def close(self, patience: float = 2.0) -> None:
        """Write what is left; a sink that takes nothing is waited for no longer than `patience` seconds."""
        self.flush()
        try:
            self._batches.put(None, timeout=patience)
        except queue.Full:
            return
        self._writer.join(patience)

    def _text(self, line: AccessLine) -> bytes:
        return orjson.dumps(
            {
                "event": "request",
                "at": round(self._wall_clock(), 3),
                "request_id": line.request_id,
                "route": line.template,
                "method": line.method,
                "status": line.status,
                "code": line.code,
                "ms": round(line.seconds * 1000, 2),
                "upstream_ms": round(line.seconds_upstream * 1000, 2),
                "bytes": line.bytes_out,
                "client": line.client,
                "who": self._hash(line.principal),
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )

    def _hash(self, principal: Principal | None) -> str:
        if principal is None:
            return ""
        subject = self._subject_of(principal).encode("utf-8", "replace")
        return hashlib.blake2b(subject, key=self._pepper, digest_size=8).hexdigest()

    def _write_batches(self) -> None:
        while (lines := self._batches.get()) is not None:
            try:
                self._stream.write(b"".join(lines))
                self._stream.flush()
            except (OSError, ValueError):
                self.dropped += len(lines)
