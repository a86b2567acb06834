"""`bashan restore --verify`: restore beside the live data, compare, take it away, say how long it took."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bashan.backup.restore import Wish, of_directory, restore
from bashan.backup.store import Store
from bashan.cannot_start import CannotStart
from bashan.commands import AUDITS
from bashan.environment import Ground, ground
from bashan.settings import Settings
from shared.clock import Clock
from shared.db import Database


async def drill(settings: Settings, store: Store, secrets: Path, until: datetime | None) -> dict[str, Any]:
    """What a restore of this store would bring back. Raises CannotStart when it would not bring back the truth."""
    beside = store.folder / ".drill"
    shutil.rmtree(beside, ignore_errors=True)
    began = Clock().now()
    try:
        found = await restore(settings, Wish(store, beside, secrets, until))
        found["agrees_with_live"] = await _compare(settings, beside)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    del found["data_dir"]
    if until is None:
        found["lost_seconds"] = round(max((began - datetime.fromisoformat(found["until"])).total_seconds(), 0.0), 1)
    return found


async def _compare(settings: Settings, beside: Path) -> dict[str, int]:
    """Service → the last row of its audit chain in the copy. The live chain has to have that row with the same hash:
    a chain that agrees in one row agrees in all before it."""
    copy = of_directory(settings, beside)
    agreed = {}
    async with ground(settings, begins=False) as live, ground(copy, begins=False) as restored:
        for service in AUDITS:
            last, digest = await _row(restored, service, None)
            _, live_digest = await _row(live, service, last)
            if digest != live_digest:
                raise CannotStart(
                    f"the audit chain of {service} in the backup is not the live one at row {last}",
                    "find out which of the two was changed: `bashan audit verify`",
                )
            agreed[service] = last
    return agreed


async def _row(on: Ground, service: str, seq: int | None) -> tuple[int, bytes]:
    """A row of the audit chain, the last one where none is named; (0, nothing) of an empty chain."""
    table = AUDITS[service]
    database = Database(on.urls[service].jobs, pool_size=1, name="drill")
    try:
        async with database.transaction() as connection:
            if seq is None:
                seq = (await connection.execute(select(func.coalesce(func.max(table.c.seq), 0)))).scalar_one()
            found = (await connection.execute(select(table.c.hash).where(table.c.seq == seq))).scalar_one_or_none()
            return seq, bytes(found or b"")
    finally:
        await database.close()
