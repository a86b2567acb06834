"""Many new households at once, with members, first change and feed, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.households.domain.household import Household
from services.households.storage.change_repository import Author, change_row
from services.households.storage.count_repository import note_change
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.tables import household_changes, households, members, persons, register_numbers
from shared.bulk import copy_rows
from shared.change_log import ChangeLog
from shared.db import Connection


async def write_new(
    connection: Connection,
    repository: HouseholdRepository,
    change_log: ChangeLog,
    new: Sequence[Household],
    author: Author,
    digests: Mapping[UUID, bytes] | None = None,
) -> None:
    """`digests` are of what an import said of a household, by its id.

    A household, person or 户编号 that is there already breaks its constraint and with it the transaction.
    """
    people = [repository.member_row(household, member) for household in new for member in household.members]
    known = digests or {}
    await copy_rows(
        connection,
        households,
        [
            {**repository.household_row(household), "content_digest": known.get(household.household_id)}
            for household in new
        ],
    )
    await copy_rows(
        connection,
        register_numbers,
        [
            {"register_number": household.facts.register_number, "household_id": household.household_id}
            for household in new
            if household.facts.register_number
        ],
    )
    await copy_rows(connection, members, people)
    await copy_rows(
        connection,
        persons,
        [{name: row[name] for name in ("id_number_index", "household_id", "member_id")} for row in people],
    )
    await copy_rows(
        connection,
        household_changes,
        [change_row(household, author, "registered", ("members",)) for household in new],
    )
    await note_change(connection, [], new)
    await change_log.append_many(connection, [repository.feed_change(household) for household in new])
