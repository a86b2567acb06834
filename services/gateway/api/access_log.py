"""The access log: one JSON line a request, at the cost of a few microseconds, and never in a request's way.

Lines are gathered for half a second and written by a thread of their own. A sink that does not take them costs lines,
which are counted, and no request its time. A line holds no query, no body, no token, no name and no address: who asked,
and from where, appear as keyed hashes, so that one person's lines can be told together and not told whose they are.
"""

import asyncio
import hashlib
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from services.gateway.api.doors import AccessLine
from services.gateway.api.passage import Principal

GATHER_SECONDS = 0.5
MOST_BATCHES = 64
MOST_LINES = 5_000
MOST_HASHES = 4096
"""Of callers and addresses, kept because most who ask have just asked."""
# What a pipe takes at once: lines of several processes at one pipe do not mix.
PIECE_BYTES = 4096


class AccessLog:
    """Give `write` to the Forwarder, in the loop that serves; `run` beside it. `dropped` counts lost lines.

    `line_of` makes an event a line. `subject_of` says what of a principal is hashed with `pepper` (a secret of the
    installation).
    """

    def __init__(
        self,
        stream: BinaryIO,
        line_of: Callable[[dict[str, Any]], bytes],
        subject_of: Callable[[Principal], str],
        pepper: bytes,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._stream = stream
        self._line_of = line_of
        self._subject_of = subject_of
        self._pepper = pepper[:64]
        self._wall_clock = wall_clock
        self._hashes: dict[str, str] = {}
        self._lines: list[bytes] = []
        self._batches: queue.Queue[list[bytes] | None] = queue.Queue(MOST_BATCHES)
        self._writer = threading.Thread(target=self._write_batches, name="access-log", daemon=True)
        self.dropped = 0

    async def run(self) -> None:
        """Until cancelled; what is left is written then."""
        self.start()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.to_thread(self.close)

    def start(self) -> None:
        """Begin to write; lines that came before wait for it."""
        self._writer.start()

    def write(self, line: AccessLine) -> None:
        if not self._lines:
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self.flush)
        self._lines.append(self._line_of(self._event(line)))
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

    def _event(self, line: AccessLine) -> dict[str, Any]:
        at = datetime.fromtimestamp(self._wall_clock(), UTC).replace(tzinfo=None)
        return {
            "event": "request",
            "timestamp": at.isoformat(timespec="microseconds") + "Z",
            "request_id": line.request_id,
            "route": line.template,
            "method": line.method,
            "status": line.status,
            "code": line.code,
            "ms": round(line.seconds * 1000, 2),
            "upstream_ms": round(line.seconds_upstream * 1000, 2),
            "bytes": line.bytes_out,
            "who": "" if line.principal is None else self._hash(self._subject_of(line.principal)),
            "from": self._hash(line.client),
        }

    def _hash(self, text: str) -> str:
        found = self._hashes.get(text)
        if found is None:
            found = hashlib.blake2b(text.encode("utf-8", "replace"), key=self._pepper, digest_size=8).hexdigest()
            if len(self._hashes) >= MOST_HASHES:
                self._hashes.clear()
            self._hashes[text] = found
        return found

    def _write_batches(self) -> None:
        while (lines := self._batches.get()) is not None:
            for piece in _pieces(lines):
                self._write_piece(piece)

    def _write_piece(self, lines: list[bytes]) -> None:
        text = b"".join(lines)
        try:
            if self._stream.write(text) != len(text):
                self.dropped += len(lines)
        except (OSError, ValueError):
            self.dropped += len(lines)


def _pieces(lines: Sequence[bytes]) -> Iterator[list[bytes]]:
    piece: list[bytes] = []
    room = PIECE_BYTES
    for line in lines:
        if piece and len(line) > room:
            yield piece
            piece, room = [], PIECE_BYTES
        piece.append(line)
        room -= len(line)
    yield piece
