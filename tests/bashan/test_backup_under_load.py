"""A backup of a database that is written to all the time: what a disaster takes, and what a moment brings back (drill
R30)."""

import asyncio
import shutil
import signal
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from bashan.embedded_postgres import EmbeddedPostgres
from services.gateway.storage.audit import AUDIT
from shared.db import Database
from tests.builders.data_place import Place
from tests.e2e.running import until

MOST_LOST = timedelta(seconds=60)
PAUSE_SECONDS = 0.02


@dataclass
class Writer:
    """Writes one chained audit event after the other, in transactions of their own, until it is left."""

    url: str
    acknowledged: dict[int, datetime] = field(default_factory=dict)
    """The number of an event → when its commit was known."""
    failed: list[BaseException] = field(default_factory=list)
    _enough: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._enough.set()
        self._thread.join()

    def write_more(self, events: int) -> None:
        wanted = len(self.acknowledged) + events
        until(lambda: self.failed or len(self.acknowledged) >= wanted, 60, f"{events} more events are written")
        assert not self.failed

    def known_before(self, moment: datetime) -> set[int]:
        return {number for number, at in list(self.acknowledged.items()) if at < moment}

    def _run(self) -> None:
        try:
            asyncio.run(self._write())
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            self.failed.append(error)

    async def _write(self) -> None:
        database = Database(self.url, pool_size=1)
        try:
            number = 0
            while not self._enough.is_set():
                number += 1
                async with database.transaction() as connection:
                    facts, at = {"number": number}, datetime.now(UTC)
                    await AUDIT.append(connection, at=at, event="written", actor="load", subject="load", facts=facts)
                self.acknowledged[number] = datetime.now(UTC)
                await asyncio.sleep(PAUSE_SECONDS)
        finally:
            await database.close()


def test_under_steady_writes_a_disaster_takes_a_minute_at_most_and_a_moment_is_met_to_the_row(
    place: Place, tmp_path: Path
) -> None:
    """The follower dies while writing goes on, as with the machine; what it had taken is all there is."""
    following = place.follower()
    try:
        with Writer(place.server.database_urls()["gateway"].runtime) as writer:
            writer.write_more(50)
            until(lambda: any((place.store / "base").glob("2*")), 60, "the follower has taken a base")
            writer.write_more(100)
            moment = datetime.now(UTC)
            writer.write_more(100)
            following.send_signal(signal.SIGKILL)
            disaster = datetime.now(UTC)
            writer.write_more(50)
    finally:
        following.kill()
        following.wait()
    kept = tmp_path / "kept"
    shutil.copytree(place.store, kept)

    all_of_it = restored(place, kept, tmp_path / "all")
    lost = [writer.acknowledged[number] for number in writer.known_before(disaster) - all_of_it.keys()]
    print(f"written {len(writer.acknowledged)}, lost {len(lost)}: {disaster - min(lost, default=disaster)}")
    assert disaster - min(lost, default=disaster) <= MOST_LOST
    assert all_of_it.keys() == set(range(1, max(all_of_it) + 1)), "no hole before the newest one"
    assert writer.known_before(moment) <= all_of_it.keys(), "the log after the base was used"

    then = restored(place, kept, tmp_path / "then", "--until", moment.isoformat())
    assert writer.known_before(moment) <= then.keys()
    assert max(then.values()) <= moment
    assert then.keys() < all_of_it.keys()


def restored(place: Place, store: Path, into: Path, *words: str) -> dict[int, datetime]:
    """The events there are after a restore that its own checks (rows, references, chain, numbers, sequences) let pass:
    number → when it was written."""
    done = place.answer("restore", "--from", str(store), "--into", str(into), *words)
    assert done["checks"]["chained_rows"]["gateway"] > 0
    print(f"restored in {done['seconds']} s: {done['checks']}")

    async def read() -> dict[int, datetime]:
        connection = await server.connect(database="bashan")
        try:
            found = await connection.fetch(
                "SELECT (facts->>'number')::int AS number, at FROM gateway.audit_events WHERE event = 'written'"
            )
        finally:
            await connection.close()
        return {row["number"]: row["at"] for row in found}

    server = EmbeddedPostgres(into, {"fsync": "off"})
    server.start()
    try:
        return asyncio.run(read())
    finally:
        server.stop()
