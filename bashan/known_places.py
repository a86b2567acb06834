"""Are the places of a user places that there are? The households service keeps them; the gateway keeps bare codes."""

from collections.abc import Collection

from bashan.environment import Ground, require_newest
from services.gateway.domain.errors import RolePlaceEnded, RolePlaceUnknown
from services.households.storage.region_repository import find_region
from shared.db import Database
from shared.regions import is_region_code


async def require_places(on: Ground, codes: Collection[str]) -> None:
    """Raises RolePlaceUnknown for a code that no place has, RolePlaceEnded for a village that was merged.

    What is no region code at all is for `check_grants` to refuse. Raises CannotStart before households' schema of
    another release.
    """
    asked = sorted(filter(is_region_code, codes))
    if not asked:
        return
    url = on.urls["households"].runtime
    await require_newest("households", url)
    database = Database(url, pool_size=1, name="places")
    try:
        async with database.transaction() as connection:
            for code in asked:
                place = await find_region(connection, code)
                if place is None:
                    raise RolePlaceUnknown(place=code)
                if place.successor is not None:
                    raise RolePlaceEnded(place=code, successor=place.successor)
    finally:
        await database.close()
