"""`bashan restore --verify`: restore beside the live data, compare, take it away, say how long it took."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from bashan.audit import AUDITS, chains_of
from bashan.backup.restore import Wish, of_directory, restore
from bashan.backup.store import Store
from bashan.cannot_start import CannotStart
from bashan.environment import ground
from bashan.settings import Settings
from shared.clock import Clock


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
        for service, trail in AUDITS.items():
            async with chains_of(restored, service) as connection:
                head = await trail.head(connection)
            async with chains_of(live, service) as connection:
                same = await trail.hashes(connection, [head.seq])
            if same.get(head.seq, b"") != head.hash:
                raise CannotStart(
                    f"the audit chain of {service} in the backup is not the live one at row {head.seq}",
                    "find out which of the two was changed: `bashan audit verify`",
                )
            agreed[service] = head.seq
    return agreed
