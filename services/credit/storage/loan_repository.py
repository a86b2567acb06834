"""Loans and what the banks reported of them."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.credit.domain.loan_balance import Loan, LoanEvent
from services.credit.storage.tables import loan_events, loans
from shared.db import Connection

LoanKey = tuple[UUID, str, str]
"""Household, bank, the bank's loan number."""

_LOAN = tuple(f.name for f in fields(Loan))


async def lock_loan(connection: Connection, key: LoanKey) -> None:
    """One report of a loan at a time; also before its first event there is a row to lock."""
    await connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 7))"), {"name": "/".join(map(str, key))}
    )


async def get_loan(connection: Connection, key: LoanKey) -> Loan | None:
    found = await connection.execute(select(*(loans.c[name] for name in _LOAN)).where(*_is(loans, key)))
    row = found.one_or_none()
    return None if row is None else Loan(**row._mapping)


async def save_loan(connection: Connection, key: LoanKey, village_code: str, loan: Loan) -> None:
    values = {name: getattr(loan, name) for name in _LOAN}
    household_id, partner_id, loan_number = key
    await connection.execute(
        upsert(loans)
        .values(
            household_id=household_id,
            partner_id=partner_id,
            loan_number=loan_number,
            village_code=village_code,
            **values,
        )
        .on_conflict_do_update(index_elements=["household_id", "partner_id", "loan_number"], set_=values)
    )


async def known_event(connection: Connection, key: LoanKey, number: int) -> LoanEvent | None:
    found = await connection.execute(
        select(loan_events).where(*_is(loan_events, key), loan_events.c.event_number == number)
    )
    row = found.one_or_none()
    return None if row is None else _event(row)


async def keep_event(connection: Connection, key: LoanKey, event: LoanEvent, *, applied: bool) -> None:
    household_id, partner_id, loan_number = key
    await connection.execute(
        insert(loan_events).values(
            household_id=household_id,
            partner_id=partner_id,
            loan_number=loan_number,
            event_number=event.number,
            kind=event.kind,
            on_date=event.on,
            amount_cents=event.amount_cents,
            balance_cents=event.balance_cents,
            days_past_due=event.days_past_due,
            product=event.product,
            applied=applied,
        )
    )


async def waiting_event(connection: Connection, key: LoanKey, number: int) -> LoanEvent | None:
    """The event of that number if it came before its turn."""
    found = await connection.execute(
        select(loan_events).where(
            *_is(loan_events, key), loan_events.c.event_number == number, loan_events.c.applied.is_(False)
        )
    )
    row = found.one_or_none()
    return None if row is None else _event(row)


async def mark_applied(connection: Connection, key: LoanKey, number: int) -> None:
    await connection.execute(
        update(loan_events).where(*_is(loan_events, key), loan_events.c.event_number == number).values(applied=True)
    )


async def drop_event(connection: Connection, key: LoanKey, number: int) -> None:
    """Takes out a waiting event that turned out not to fit, so that its bank may send it again corrected."""
    await connection.execute(loan_events.delete().where(*_is(loan_events, key), loan_events.c.event_number == number))


async def loan_count(connection: Connection) -> int:
    return (await connection.execute(select(func.count()).select_from(loans))).scalar_one()


def _is(table: Any, key: LoanKey) -> tuple[Any, ...]:
    household_id, partner_id, loan_number = key
    return (
        table.c.household_id == household_id,
        table.c.partner_id == partner_id,
        table.c.loan_number == loan_number,
    )


def _event(row: Any) -> LoanEvent:
    return LoanEvent(
        row.event_number, row.kind, row.on_date, row.amount_cents, row.balance_cents, row.days_past_due, row.product
    )
