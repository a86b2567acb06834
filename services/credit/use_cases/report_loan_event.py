"""A bank reports what happened to a loan: once is enough, twice changes nothing, early ones wait for their turn."""

from services.credit.domain.loan_balance import LoanEvent, loan_after
from services.credit.domain.record_errors import LoanEventDiffers, LoanEventRefused
from services.credit.storage.loan_repository import (
    LoanKey,
    drop_event,
    get_loan,
    keep_event,
    known_event,
    lock_loan,
    mark_applied,
    save_loan,
    waiting_event,
)
from shared.db import Connection


async def report_loan_event(connection: Connection, key: LoanKey, village_code: str, event: LoanEvent) -> str:
    """`applied`, `waiting` (an earlier number is still to come) or `repeated`.

    Raises LoanEventDiffers for a known number with other content, LoanEventRefused for what cannot be.
    """
    await lock_loan(connection, key)
    known = await known_event(connection, key, event.number)
    if known is not None:
        if known != event:
            raise LoanEventDiffers
        return "repeated"
    loan = await get_loan(connection, key)
    if event.number != (loan.last_event if loan else 0) + 1:
        await keep_event(connection, key, event, applied=False)
        return "waiting"
    loan = loan_after(loan, event)
    await keep_event(connection, key, event, applied=True)
    while (following := await waiting_event(connection, key, loan.last_event + 1)) is not None:
        try:
            loan = loan_after(loan, following)
        except LoanEventRefused:
            await drop_event(connection, key, following.number)
            break
        await mark_applied(connection, key, following.number)
    await save_loan(connection, key, village_code, loan)
    return "applied"
