"""Brings the shipped places into the database and tells the siblings of them."""

from collections.abc import Sequence

from services.households.storage.change_repository import region_change
from services.households.storage.place_changes_repository import revised_codes
from services.households.storage.region_repository import Region, all_regions, save_regions
from shared.change_log import ChangeLog
from shared.db import Connection


async def load_regions(connection: Connection, change_log: ChangeLog, places: Sequence[Region]) -> int:
    """Adds and renames what differs, but for places that officials have renamed or merged; never deletes a place. The
    number of places that changed."""
    known = {place.code: place for place in await all_regions(connection)}
    revised = await revised_codes(connection)
    changed = [place for place in places if place.code not in revised and known.get(place.code) != place]
    if changed:
        await save_regions(connection, changed)
        await change_log.append(connection, [region_change(place) for place in changed])
    return len(changed)
