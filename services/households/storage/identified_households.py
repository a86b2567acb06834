"""The county's entry in the record: households get their new status, each with its change record and its feed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, func, update
from sqlalchemy.dialects.postgresql import ARRAY

from services.households.domain.household import Household, changed_fields
from services.households.storage.change_repository import Author, add_changes, change_row
from services.households.storage.count_repository import note_change
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.tables import households
from shared.change_log import ChangeLog
from shared.db import Connection

KIND = "identified"


async def enter_statuses(
    connection: Connection,
    repository: HouseholdRepository,
    change_log: ChangeLog,
    statuses: Mapping[UUID, str],
    author: Author,
    today: date,
) -> None:
    """Household id → new status, of households that are held. Whoever was never identified was so today."""
    before = await repository.get_many(connection, list(statuses))
    after = [_entered(one, statuses[one.household_id], today) for one in before]
    rows = (
        func.unnest(
            bindparam("ids", [one.household_id for one in after], ARRAY(Uuid)),
            bindparam("statuses", [one.facts.status for one in after], ARRAY(Text)),
        )
        .table_valued("household_id", "status")
        .render_derived(name="entered")
    )
    await connection.execute(
        update(households)
        .where(households.c.household_id == rows.c.household_id)
        .values(
            status=rows.c.status,
            first_identified_on=func.coalesce(households.c.first_identified_on, today),
            version=households.c.version + 1,
            updated_at=func.now(),
        )
    )
    await note_change(connection, before, after)
    records = [
        change_row(new, author, KIND, changed_fields(old.facts, new.facts))
        for old, new in zip(before, after, strict=True)
    ]
    await add_changes(connection, records)
    await change_log.append(connection, [repository.feed_change(one) for one in after])


def _entered(household: Household, status: str, today: date) -> Household:
    facts = household.facts
    identified = facts.first_identified_on or today
    return replace(
        household, facts=replace(facts, status=status, first_identified_on=identified), version=household.version + 1
    )
