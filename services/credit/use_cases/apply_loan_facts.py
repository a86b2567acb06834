"""What banks report of loans becomes the household's facts (D1–D3) and its veto V2.

From a household's first reported event on the banks' word counts for those three facts, whatever was entered by hand;
they are written anew only when they differ, so that a report that comes again makes no new version of the file. A
household without a file is not given one: whoever begins its file finds them in it.
"""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from services.credit.domain.loan_facts import LoanFacts, loan_facts
from services.credit.storage.fact_repository import get_file, save_file
from services.credit.storage.loan_fact_repository import BANK, lock_loan_facts, reported_loans, set_loan_veto
from shared.db import Connection


async def apply_loan_facts(connection: Connection, household_ids: Collection[UUID], today: date) -> list[UUID]:
    """Brings the files and vetoes of these households up to what their banks have reported until today.

    The households whose V2 was opened or cleared by it.
    """
    if not household_ids:
        return []
    await lock_loan_facts(connection, household_ids)
    turned = []
    for household_id, loans in (await reported_loans(connection, household_ids)).items():
        found = loan_facts(loans, today)
        if found is None:
            continue
        if await set_loan_veto(connection, household_id, found.veto, today):
            turned.append(household_id)
        await _write(connection, household_id, found, today)
    return turned


async def with_loan_facts(
    connection: Connection, household_id: UUID, facts: dict[str, Any], today: date
) -> dict[str, Any]:
    """Facts entered by hand, with the banks' word in place of it where banks have reported loans."""
    found = loan_facts((await reported_loans(connection, [household_id])).get(household_id, ()), today)
    return facts if found is None else facts | found.values


async def _write(connection: Connection, household_id: UUID, found: LoanFacts, today: date) -> None:
    file = await get_file(connection, household_id, today, lock=True)
    if file is None or file.facts | found.values == file.facts:
        return
    await save_file(
        connection,
        household_id,
        file.village_code,
        file.facts | found.values,
        expected_version=file.version,
        source=BANK,
        entered_by=BANK,
    )
