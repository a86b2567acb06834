"""Negative facts go some years after the conduct ended, and who had one is scored again (credit rules 2.8)."""

from datetime import date, timedelta
from uuid import UUID

from services.credit.domain.legal_dates import add_months, last_start
from services.credit.domain.loan_facts import MONTHS_LOOKED_BACK
from services.credit.domain.negative_facts import LATENESS, NegativeFact
from services.credit.storage.case_files import files_of
from services.credit.storage.fact_repository import save_file
from services.credit.storage.negative_repository import (
    delete_facts,
    households_with_ended_facts,
    negative_facts_of,
)
from services.credit.storage.shipped_policies import retention_policy
from services.credit.storage.use_of_money_repository import forget_follow_ups
from services.credit.use_cases.apply_loan_facts import apply_loan_facts
from services.credit.use_cases.score_anew import score_anew
from shared.db import Connection, Database

HOUSEHOLDS_AT_ONCE = 200
DELETED = "negative_fact_deleted"


async def delete_old_negative_facts(database: Database, region: str, today: date) -> int:
    """How many facts were deleted, a transaction for each two hundred households; a killed one goes on there."""
    ended_by = last_start(today - timedelta(days=1), retention_policy(today).negative_fact_months)
    deleted, after = 0, None
    while True:
        async with database.transaction() as connection:
            households = await households_with_ended_facts(
                connection, region, ended_by, today, after, HOUSEHOLDS_AT_ONCE
            )
            deleted += await _delete_some(connection, households, today)
        if len(households) < HOUSEHOLDS_AT_ONCE:
            return deleted
        after = households[-1]


async def forget_old_follow_ups(database: Database, today: date) -> int:
    """What visits said of the use of loans goes after the same time, whether or not it was held against anybody."""
    seen_until = last_start(today - timedelta(days=1), retention_policy(today).negative_fact_months)
    async with database.transaction() as connection:
        return await forget_follow_ups(connection, seen_until)


async def _delete_some(connection: Connection, households: list[UUID], today: date) -> int:
    found = await negative_facts_of(connection, households, today)
    gone = {
        household_id: over
        for household_id, its in found.items()
        if (over := [one.fact for one in its if one.fact.over(today)])
    }
    # The file is brought up to date first: the version that is replaced goes into its history, and out of it again.
    await apply_loan_facts(connection, gone, today)
    for household_id, over in gone.items():
        if any(fact.kind == "entered" for fact in over):
            await _forget_entered(connection, household_id, today)
        await delete_facts(connection, household_id, over, _seen_until(over))
    await score_anew(connection, gone, DELETED, today)
    return sum(len(over) for over in gone.values())


def _seen_until(over: list[NegativeFact]) -> date:
    """Lateness was shown in the file for as long as it is looked back at."""
    return max(add_months(fact.ended_on, MONTHS_LOOKED_BACK) for fact in over if fact.ended_on is not None)


async def _forget_entered(connection: Connection, household_id: UUID, today: date) -> None:
    """What an official entered five years ago says nothing of the last two years: it is missing until entered anew."""
    file = (await files_of(connection, [household_id], today))[household_id]
    kept = {name: value for name, value in file.facts.items() if name != LATENESS}
    await save_file(
        connection,
        household_id,
        file.village_code,
        kept,
        expected_version=file.version,
        source=DELETED,
        entered_by="system",
    )
