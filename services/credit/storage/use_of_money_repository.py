"""Follow-ups of the use of loans: rows in, domain objects out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.credit.domain.use_of_money import SHOWN_TO_BANKS, FollowUp, FollowUpState
from services.credit.domain.use_of_money_errors import FollowUpNotFound
from services.credit.storage.tables import loans, query_log, use_of_money
from shared.change_log import Change
from shared.db import Connection
from shared.ids import new_id
from shared.regions import prefix_range

FINDING, WITHDRAWN = "use_of_money", "use_of_money_withdrawn"
Key = tuple[date, UUID]
_FOLLOW_UP = tuple(use_of_money.c[f.name] for f in fields(FollowUp))


async def hold_findings(connection: Connection, changes: Sequence[Change]) -> None:
    """Each once, however often it is told; one of a visit that was void is withdrawn, and stays so."""
    rows = [_row(UUID(change.key), change.payload) for change in changes if change.topic == FINDING]
    if rows:
        await connection.execute(upsert(use_of_money).on_conflict_do_nothing(), rows)
    gone = [(UUID(c.payload["household_id"]), UUID(c.key)) for c in changes if c.topic == WITHDRAWN]
    if gone:
        await connection.execute(
            update(use_of_money)
            .where(tuple_(use_of_money.c.household_id, use_of_money.c.finding_id).in_(gone))
            .where(use_of_money.c.state != "withdrawn")
            .values(state="withdrawn", version=use_of_money.c.version + 1)
        )


async def follow_ups_of_region(
    connection: Connection, region: str, state: FollowUpState | None, after: Key | None, limit: int
) -> list[FollowUp]:
    """The earliest first."""
    low, high = prefix_range(region)
    statement = select(*_FOLLOW_UP).where(use_of_money.c.village_code >= low, use_of_money.c.village_code < high)
    if state is not None:
        statement = statement.where(use_of_money.c.state == state)
    return await _page(connection, statement, after, limit)


async def follow_ups_of(connection: Connection, household_id: UUID) -> list[FollowUp]:
    """All of a household, the latest first; visits are few."""
    statement = select(*_FOLLOW_UP).where(use_of_money.c.household_id == household_id)
    rows = await connection.execute(statement.order_by(use_of_money.c.visited_on.desc(), use_of_money.c.finding_id))
    return [FollowUp(**row._mapping) for row in rows]


async def follow_ups_for_bank(connection: Connection, partner_id: str, after: Key | None, limit: int) -> list[FollowUp]:
    """Those that concern a loan of the bank and that banks may read, before consent is asked; the earliest first."""
    its_loan = exists().where(
        loans.c.household_id == use_of_money.c.household_id,
        loans.c.partner_id == partner_id,
        loans.c.disbursed_on <= use_of_money.c.visited_on,
        or_(use_of_money.c.loan_number.is_(None), use_of_money.c.loan_number == loans.c.loan_number),
    )
    statement = select(*_FOLLOW_UP).where(its_loan, use_of_money.c.state.in_(SHOWN_TO_BANKS))
    return await _page(connection, statement, after, limit)


async def get_follow_up(connection: Connection, finding_id: UUID, *, lock: bool = False) -> FollowUp:
    """Raises FollowUpNotFound."""
    statement = select(*_FOLLOW_UP).where(use_of_money.c.finding_id == finding_id)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if row is None:
        raise FollowUpNotFound
    return FollowUp(**row._mapping)


async def save_follow_up(connection: Connection, follow_up: FollowUp) -> None:
    """It is held by the caller."""
    await connection.execute(
        update(use_of_money)
        .where(_is(follow_up.household_id, follow_up.finding_id))
        .values(**{name: value for name, value in asdict(follow_up).items() if not name.endswith("_id")})
    )


async def forget_follow_ups(connection: Connection, seen_until: date) -> int:
    """Those of visits up to this day."""
    return (await connection.execute(delete(use_of_money).where(use_of_money.c.visited_on <= seen_until))).rowcount


async def log_bank_looks(
    connection: Connection, partner_id: str, partner_name: str, shown: Collection[tuple[FollowUp, str]]
) -> None:
    """A line for each household that the bank was shown, with the consent by which, where the household reads it."""
    own = {"partner_id": partner_id, "partner_name": partner_name, "purpose": "post_loan", "status": "ok"}
    rows = [
        own
        | {"household_id": one.household_id, "query_id": new_id(), "consent_id": consent, "reference": "use-of-money"}
        for one, consent in shown
    ]
    if rows:
        await connection.execute(insert(query_log), rows)


async def _page(connection: Connection, statement: Any, after: Key | None, limit: int) -> list[FollowUp]:
    key = tuple_(use_of_money.c.visited_on, use_of_money.c.finding_id)
    if after is not None:
        statement = statement.where(key > tuple_(*after))
    rows = await connection.execute(
        statement.order_by(use_of_money.c.visited_on, use_of_money.c.finding_id).limit(limit)
    )
    return [FollowUp(**row._mapping) for row in rows]


def _is(household_id: UUID, finding_id: UUID) -> ColumnElement[bool]:
    return (use_of_money.c.household_id == household_id) & (use_of_money.c.finding_id == finding_id)


def _row(finding_id: UUID, told: Mapping[str, Any]) -> dict[str, Any]:
    # What was told before findings had a reader names neither the place nor who was there.
    return {
        "household_id": UUID(told["household_id"]),
        "finding_id": finding_id,
        "village_code": told.get("village_code", ""),
        "visited_on": date.fromisoformat(told["visited_on"]),
        "visited_by": told.get("visited_by", ""),
        "loan_number": told.get("loan_number"),
        "state": "as_agreed" if told["as_agreed"] else "open",
    }
