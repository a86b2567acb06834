"""The reserved fund: a village's pot with its ledger, and the tranches of households."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from services.households.domain.reserve_errors import ReservePotShort, TrancheIdTaken, TrancheNotFound
from services.households.domain.reserve_fund import Entry, EntryKind, Tranche
from services.households.storage.tables import reserve
from shared.auth import Principal
from shared.db import Connection

_FIELDS = tuple(f.name for f in fields(Tranche))
_pots, _entries, _tranches = reserve.pots, reserve.entries, reserve.tranches


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be booked; `amount_cents` is negative for what leaves the pot."""

    kind: EntryKind
    amount_cents: int
    on: date
    note: str
    household_id: UUID | None = None
    tranche_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class BookedEntry:
    """A line of the ledger as it is shown."""

    entry: Entry
    household_id: UUID | None
    tranche_id: UUID | None
    on: date
    note: str
    entered_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pot:
    """`balance_cents` as stored; the sums of each kind are added up from the ledger."""

    balance_cents: int
    entries: int
    sums: dict[str, int]


async def ledger_of(connection: Connection, village_code: str) -> list[Entry]:
    """The whole ledger, oldest first, to be checked."""
    rows = await connection.execute(
        select(_entries.c.entry_no, _entries.c.kind, _entries.c.amount_cents, _entries.c.balance_cents)
        .where(_entries.c.village_code == village_code)
        .order_by(_entries.c.entry_no)
    )
    return [Entry(**row._mapping) for row in rows]


async def book(connection: Connection, village_code: str, posting: Posting, who: Principal) -> Entry:
    """One statement moves the pot and locks it until the transaction ends. Raises ReservePotShort."""
    if posting.amount_cents > 0:
        empty = insert(_pots).values(village_code=village_code, balance_cents=0, entries=0)
        await connection.execute(empty.on_conflict_do_nothing())
    moved = await connection.execute(
        update(_pots)
        .where(_pots.c.village_code == village_code, _pots.c.balance_cents + posting.amount_cents >= 0)
        .values(balance_cents=_pots.c.balance_cents + posting.amount_cents, entries=_pots.c.entries + 1)
        .returning(_pots.c.entries, _pots.c.balance_cents)
    )
    row = moved.one_or_none()
    if row is None:
        raise ReservePotShort(balance_cents=(await pot_of(connection, village_code)).balance_cents)
    entry = Entry(row.entries, posting.kind, posting.amount_cents, row.balance_cents)
    await connection.execute(
        insert(_entries).values(
            village_code=village_code,
            **asdict(entry),
            household_id=posting.household_id,
            tranche_id=posting.tranche_id,
            on_day=posting.on,
            note=posting.note,
            entered_by=who.subject,
            entered_name=who.name,
        )
    )
    return entry


async def pot_of(connection: Connection, village_code: str) -> Pot:
    """A village that was never given anything has an empty pot."""
    stored = await connection.execute(select(_pots).where(_pots.c.village_code == village_code))
    row = stored.one_or_none()
    summed = await connection.execute(
        select(_entries.c.kind, func.sum(_entries.c.amount_cents))
        .where(_entries.c.village_code == village_code)
        .group_by(_entries.c.kind)
    )
    sums = {kind: int(cents) for kind, cents in summed}
    return Pot(row.balance_cents if row else 0, row.entries if row else 0, sums)


async def entries_of(
    connection: Connection, village_code: str, *, before: int | None = None, limit: int
) -> list[BookedEntry]:
    """Newest first; `before` is the number of the last entry that the reader has."""
    statement = (
        select(_entries)
        .where(_entries.c.village_code == village_code)
        .order_by(_entries.c.entry_no.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(_entries.c.entry_no < before)
    return [
        BookedEntry(
            Entry(row.entry_no, row.kind, row.amount_cents, row.balance_cents),
            row.household_id,
            row.tranche_id,
            row.on_day,
            row.note,
            row.entered_name,
            row.at,
        )
        for row in await connection.execute(statement)
    ]


async def tranches_of(connection: Connection, household_id: UUID) -> list[Tranche]:
    """In the order in which they were asked for."""
    rows = await connection.execute(
        select(_tranches).where(_tranches.c.household_id == household_id).order_by(_tranches.c.tranche_id)
    )
    return [Tranche(**{name: getattr(row, name) for name in _FIELDS}) for row in rows]


def tranche_among(tranches: Sequence[Tranche], tranche_id: UUID) -> Tranche:
    """Raises TrancheNotFound."""
    found = next((tranche for tranche in tranches if tranche.tranche_id == tranche_id), None)
    if found is None:
        raise TrancheNotFound
    return found


async def add_tranche(connection: Connection, tranche: Tranche) -> None:
    """Raises TrancheIdTaken."""
    try:
        await connection.execute(insert(_tranches).values(**_row(tranche)))
    except IntegrityError:
        raise TrancheIdTaken from None


async def save_tranche(connection: Connection, tranche: Tranche) -> None:
    """Writes a tranche of a household whose row the transaction holds locked."""
    await connection.execute(
        update(_tranches)
        .where(_tranches.c.household_id == tranche.household_id, _tranches.c.tranche_id == tranche.tranche_id)
        .values(**_row(tranche))
    )


def _row(tranche: Tranche) -> dict[str, Any]:
    return {name: getattr(tranche, name) for name in _FIELDS}
