"""Loans and what the banks reported of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Text, bindparam, delete, or_, select, text, tuple_, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from services.credit.domain.loan_balance import Loan, LoanEvent
from services.credit.domain.loan_reports import Standing
from services.credit.storage.consent_repository import consent_is_live
from services.credit.storage.tables import consents, loan_events, loans
from shared.db import Connection

LoanKey = tuple[str, str, str]
"""Household id, bank, the bank's loan number."""

_KEY = ("household_id", "partner_id", "loan_number")
_LOAN = tuple(f.name for f in fields(Loan))


async def lock_loans(connection: Connection, partner_id: str, numbers: Collection[str]) -> None:
    """One report of a loan at a time, in the order of the numbers, also before a loan's first event.

    Whatever household is named: of two who are named for one loan at once, one is the borrower.
    """
    await connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(name, 7)) FROM unnest(:names) AS name").bindparams(
            bindparam("names", [f"{partner_id}/{number}" for number in sorted(numbers)], ARRAY(Text))
        )
    )


async def holders_of(connection: Connection, partner_id: str, numbers: Collection[str]) -> dict[str, set[UUID]]:
    """By the bank's loan number, the household under which it is kept, also while its events wait."""
    found: dict[str, set[UUID]] = {}
    its = select(loans.c.loan_number, loans.c.household_id).where(
        loans.c.partner_id == partner_id, loans.c.loan_number.in_(list(numbers))
    )
    waiting = select(loan_events.c.loan_number, loan_events.c.household_id).where(
        ~loan_events.c.applied, loan_events.c.partner_id == partner_id, loan_events.c.loan_number.in_(list(numbers))
    )
    for row in await connection.execute(union(its, waiting)):
        found.setdefault(row.loan_number, set()).add(row.household_id)
    return found


async def borrowers_of(
    connection: Connection, partner_id: str, household_ids: Collection[UUID], today: date
) -> set[UUID]:
    """Those of these households of which the bank may report: they agreed to it, or borrow from it already."""
    wanted = list(household_ids)
    agreed = select(consents.c.household_id).where(
        consents.c.household_id.in_(wanted), consents.c.partner_id == partner_id, consent_is_live(today)
    )
    reported = [
        select(table.c.household_id).where(table.c.household_id.in_(wanted), table.c.partner_id == partner_id)
        for table in (loans, loan_events)
    ]
    return set((await connection.execute(union(agreed, *reported))).scalars())


@dataclass(frozen=True, slots=True)
class NumberedLoan:
    """A loan under its bank and that bank's number."""

    partner_id: str
    loan_number: str
    loan: Loan


async def loans_of(connection: Connection, household_id: UUID) -> list[NumberedLoan]:
    """As they stand after the last report, also those that are paid back; the newest disbursement first."""
    rows = await connection.execute(
        select(loans)
        .where(loans.c.household_id == household_id)
        .order_by(loans.c.disbursed_on.desc(), loans.c.partner_id, loans.c.loan_number)
    )
    return [NumberedLoan(row.partner_id, row.loan_number, Loan(**_only(row, _LOAN))) for row in rows]


async def standings_of(
    connection: Connection, keys: Collection[LoanKey], numbers: Collection[int]
) -> dict[LoanKey, Standing]:
    """By key, each with the events of these numbers and those that wait."""
    if not keys:
        return {}
    known = {_key(row): Loan(**_only(row, _LOAN)) for row in await connection.execute(_of(loans, keys))}
    applied: dict[LoanKey, dict[int, LoanEvent]] = {key: {} for key in keys}
    waiting: dict[LoanKey, dict[int, LoanEvent]] = {key: {} for key in keys}
    wanted = or_(loan_events.c.applied.is_(False), loan_events.c.event_number.in_(list(numbers)))
    for row in await connection.execute(_of(loan_events, keys).where(wanted)):
        (applied if row.applied else waiting)[_key(row)][row.event_number] = _event(row)
    return {key: Standing(known.get(key), applied[key], waiting[key]) for key in keys}


async def save_standings(
    connection: Connection,
    before: Mapping[LoanKey, Standing],
    after: Mapping[LoanKey, Standing],
    villages: Mapping[UUID, str],
) -> None:
    """Writes what differs. An event that waited and did not fit is taken out, so that its bank may send it again."""
    changed = {key: standing for key, standing in after.items() if standing != before[key]}
    await _save_loans(connection, changed, villages)
    await _save_events(connection, [row for key, one in changed.items() for row in _event_rows(key, before[key], one)])
    gone = [
        (*_typed(key), number)
        for key, one in changed.items()
        for number in before[key].waiting.keys() - one.waiting.keys() - one.applied.keys()
    ]
    if gone:
        await connection.execute(
            delete(loan_events).where(
                tuple_(*(loan_events.c[name] for name in _KEY), loan_events.c.event_number).in_(gone)
            )
        )


async def _save_loans(
    connection: Connection, changed: Mapping[LoanKey, Standing], villages: Mapping[UUID, str]
) -> None:
    rows = [
        {
            **dict(zip(_KEY, _typed(key), strict=True)),
            "village_code": villages[UUID(key[0])],
            **{name: getattr(one.loan, name) for name in _LOAN},
        }
        for key, one in changed.items()
        if one.loan is not None
    ]
    if rows:
        statement = upsert(loans)
        replaced = {name: statement.excluded[name] for name in ("village_code", *_LOAN)}
        await connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=replaced), rows)


async def _save_events(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        statement = upsert(loan_events)
        replaced = {"applied": statement.excluded.applied}
        await connection.execute(
            statement.on_conflict_do_update(index_elements=(*_KEY, "event_number"), set_=replaced), rows
        )


def _event_rows(key: LoanKey, before: Standing, after: Standing) -> Iterator[dict[str, Any]]:
    """Events that are new, and those that waited and are applied now."""
    for events, earlier, applied in ((after.applied, before.applied, True), (after.waiting, before.waiting, False)):
        for number in events.keys() - earlier.keys():
            event = events[number]
            yield {
                **dict(zip(_KEY, _typed(key), strict=True)),
                "event_number": number,
                "kind": event.kind,
                "on_date": event.on,
                "amount_cents": event.amount_cents,
                "balance_cents": event.balance_cents,
                "days_past_due": event.days_past_due,
                "product": event.product,
                "applied": applied,
            }


def _of(table: Table, keys: Collection[LoanKey]) -> Any:
    wanted: ColumnElement[bool] = tuple_(*(table.c[name] for name in _KEY)).in_([_typed(key) for key in keys])
    return select(table).where(wanted)


def _typed(key: LoanKey) -> tuple[UUID, str, str]:
    return UUID(key[0]), key[1], key[2]


def _key(row: Any) -> LoanKey:
    return str(row.household_id), row.partner_id, row.loan_number


def _only(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: row._mapping[name] for name in names}


def _event(row: Any) -> LoanEvent:
    return LoanEvent(
        row.event_number, row.kind, row.on_date, row.amount_cents, row.balance_cents, row.days_past_due, row.product
    )
