"""Load many new households at once, as the demonstration does."""

from collections.abc import Sequence

from services.households.domain.household import Household
from services.households.storage.bulk_households import write_new
from services.households.storage.change_repository import Author
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.region_repository import households_in
from shared.change_log import ChangeLog
from shared.db import Connection


async def load_households(
    connection: Connection,
    repository: HouseholdRepository,
    change_log: ChangeLog,
    village_code: str,
    new: Sequence[Household],
) -> bool:
    """All households of a village that has none yet; False, and nothing written, when it has some."""
    if await households_in(connection, village_code):
        return False
    await write_new(connection, repository, change_log, new, Author("demonstration", "示范数据", "demonstration"))
    return True
