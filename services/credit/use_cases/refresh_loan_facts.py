"""Time alone changes what loans say of a household (D1, D2): the files of a place are brought up to a day."""

from datetime import date

from services.credit.storage.loan_ageing import grown_old
from services.credit.use_cases.apply_loan_facts import apply_loan_facts
from services.credit.use_cases.follow_events import suspend_under_veto
from shared.clock import Clock
from shared.db import Database

HOUSEHOLDS_AT_ONCE = 1_000


async def refresh_loan_facts(database: Database, clock: Clock, region: str, day: date) -> int:
    """How many households' loans were looked at again, a transaction for each thousand; a killed one goes on there."""
    done = 0
    while True:
        async with database.transaction() as connection:
            households = await grown_old(connection, region, day, HOUSEHOLDS_AT_ONCE)
            for household_id in await apply_loan_facts(connection, households, day):
                await suspend_under_veto(connection, clock, household_id, "system")
        done += len(households)
        if len(households) < HOUSEHOLDS_AT_ONCE:
            return done
