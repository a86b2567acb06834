"""What banks report of loans becomes the household's facts (D1–D3) and its veto V2.

From a household's first reported event on the banks' word counts for those three facts, whatever was entered by hand;
they are written anew only when they differ, so that a report that comes again makes no new version of the file. A
household without a file is not given one: whoever begins its file finds them in it.
"""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from services.credit.domain.loan_facts import LoanFacts, holds_until, loan_facts
from services.credit.storage.case_files import files_of
from services.credit.storage.fact_repository import CreditFile, save_file
from services.credit.storage.loan_ageing import hold_until
from services.credit.storage.loan_fact_repository import (
    BANK,
    loan_vetoes,
    lock_loan_facts,
    reported_loans,
    set_loan_veto,
)
from shared.db import Connection


async def apply_loan_facts(connection: Connection, household_ids: Collection[UUID], today: date) -> list[UUID]:
    """Brings the files and vetoes of these households up to what their banks have reported until today.

    The households whose V2 was opened or cleared by it.
    """
    if not household_ids:
        return []
    await lock_loan_facts(connection, household_ids)
    loans = await reported_loans(connection, household_ids)
    found = {one: facts for one, its in loans.items() if (facts := loan_facts(its, today)) is not None}
    standing = await loan_vetoes(connection, found)
    turned = [one for one, facts in found.items() if (one in standing) != (facts.veto is not None)]
    for household_id in turned:
        await set_loan_veto(connection, household_id, found[household_id].veto, today)
    files = await files_of(connection, found, today)
    for household_id, file in files.items():
        await _write(connection, file, found[household_id])
    await hold_until(
        connection, {one: holds_until(its, today) if one in found else today for one, its in loans.items()}
    )
    return turned


async def banks_still_report(connection: Connection, household_id: UUID, today: date) -> bool:
    """Do the banks' reports open V2 as of today? The file and its vetoes are brought up to them first."""
    await apply_loan_facts(connection, [household_id], today)
    found = loan_facts((await reported_loans(connection, [household_id])).get(household_id, ()), today)
    return found is not None and found.veto is not None


async def with_loan_facts(
    connection: Connection, household_id: UUID, facts: dict[str, Any], today: date
) -> dict[str, Any]:
    """Facts entered by hand, with the banks' word in place of it where banks have reported loans."""
    found = loan_facts((await reported_loans(connection, [household_id])).get(household_id, ()), today)
    return facts if found is None else facts | found.values


async def _write(connection: Connection, file: CreditFile, found: LoanFacts) -> None:
    if file.facts | found.values == file.facts:
        return
    await save_file(
        connection,
        file.household_id,
        file.village_code,
        file.facts | found.values,
        expected_version=file.version,
        source=BANK,
        entered_by=BANK,
    )
