"""The moral bank: its policy file, accounts with their ledger, claims and goods; nothing of it goes into the feed."""

import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from services.households.domain.moral_bank import Claim, Goods, MoralPolicy, MoralRule
from services.households.domain.moral_bank_errors import (
    MoralClaimIdTaken,
    MoralClaimNotFound,
    MoralGoodsIdTaken,
    MoralGoodsNotFound,
    MoralGoodsShort,
    MoralPointsShort,
)
from services.households.storage.tables import metadata
from shared.db import Connection

SHIPPED = Path(__file__).parents[1] / "data" / "moral_bank.json"
_accounts, _entries = metadata.tables["moral_accounts"], metadata.tables["moral_entries"]
_claims, _goods = metadata.tables["moral_claims"], metadata.tables["moral_goods"]
_CLAIM = tuple(f.name for f in fields(Claim))
_GOODS = tuple(f.name for f in fields(Goods))


@dataclass(frozen=True, slots=True)
class MoralEntry:
    """A line of a household's ledger; `points` is negative for what was given up."""

    entry_no: int
    kind: str
    points: int
    balance: int
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Booking:
    """What is to be entered into a household's ledger."""

    kind: Literal["earned", "redeemed", "withdrawn"]
    points: int
    what: str
    claim_id: UUID | None = None
    goods_id: UUID | None = None


def load_moral_policies(path: Path = SHIPPED) -> tuple[MoralPolicy, ...]:
    """Every policy of the file. Raises KeyError or ValueError for a file that is not of the form."""
    return tuple(_policy(entry) for entry in json.loads(path.read_text("utf-8"))["policies"])


async def book_points(connection: Connection, household_id: UUID, booking: Booking, author: str) -> int:
    """One statement moves the account and locks it; the new balance. Raises MoralPointsShort."""
    if booking.points > 0:
        empty = insert(_accounts).values(household_id=household_id, points=0, entries=0)
        await connection.execute(empty.on_conflict_do_nothing())
    moved = await connection.execute(
        update(_accounts)
        .where(_accounts.c.household_id == household_id, _accounts.c.points + booking.points >= 0)
        .values(points=_accounts.c.points + booking.points, entries=_accounts.c.entries + 1)
        .returning(_accounts.c.points, _accounts.c.entries)
    )
    row = moved.one_or_none()
    if row is None:
        raise MoralPointsShort(points=await points_of(connection, household_id))
    await connection.execute(
        insert(_entries).values(
            household_id=household_id,
            entry_no=row.entries,
            kind=booking.kind,
            points=booking.points,
            balance=row.points,
            claim_id=booking.claim_id,
            goods_id=booking.goods_id,
            what=booking.what,
            entered_by=author,
        )
    )
    return int(row.points)


async def points_of(connection: Connection, household_id: UUID) -> int:
    found = await connection.execute(select(_accounts.c.points).where(_accounts.c.household_id == household_id))
    return found.scalar_one_or_none() or 0


async def entries_of_household(connection: Connection, household_id: UUID, limit: int = 100) -> list[MoralEntry]:
    """Newest first."""
    rows = await connection.execute(
        select(*(_entries.c[f.name] for f in fields(MoralEntry)))
        .where(_entries.c.household_id == household_id)
        .order_by(_entries.c.entry_no.desc())
        .limit(limit)
    )
    return [MoralEntry(**row._mapping) for row in rows]


async def claims_of(connection: Connection, household_id: UUID) -> list[Claim]:
    """In the order in which they were proposed."""
    rows = await connection.execute(
        select(*(_claims.c[name] for name in _CLAIM))
        .where(_claims.c.household_id == household_id)
        .order_by(_claims.c.claim_id)
    )
    return [Claim(**row._mapping) for row in rows]


async def get_claim(connection: Connection, household_id: UUID, claim_id: UUID) -> Claim:
    """Locked until the transaction ends. Raises MoralClaimNotFound."""
    found = await connection.execute(
        select(*(_claims.c[name] for name in _CLAIM))
        .where(_claims.c.household_id == household_id, _claims.c.claim_id == claim_id)
        .with_for_update()
    )
    row = found.one_or_none()
    if row is None:
        raise MoralClaimNotFound
    return Claim(**row._mapping)


async def add_claim(connection: Connection, claim: Claim) -> None:
    """Raises MoralClaimIdTaken."""
    try:
        await connection.execute(insert(_claims).values(**_row(claim, _CLAIM)))
    except IntegrityError:
        raise MoralClaimIdTaken from None


async def save_claim(connection: Connection, claim: Claim) -> None:
    """Writes a claim that the transaction holds locked (`get_claim`)."""
    await connection.execute(
        update(_claims)
        .where(_claims.c.household_id == claim.household_id, _claims.c.claim_id == claim.claim_id)
        .values(**_row(claim, _CLAIM))
    )


async def goods_of(connection: Connection, village_code: str) -> list[Goods]:
    """The cheapest first."""
    rows = await connection.execute(
        select(*(_goods.c[name] for name in _GOODS))
        .where(_goods.c.village_code == village_code)
        .order_by(_goods.c.points, _goods.c.goods_id)
    )
    return [Goods(**row._mapping) for row in rows]


async def get_goods(connection: Connection, village_code: str, goods_id: UUID) -> Goods:
    """Locked until the transaction ends. Raises MoralGoodsNotFound."""
    found = await connection.execute(
        select(*(_goods.c[name] for name in _GOODS))
        .where(_goods.c.village_code == village_code, _goods.c.goods_id == goods_id)
        .with_for_update()
    )
    row = found.one_or_none()
    if row is None:
        raise MoralGoodsNotFound
    return Goods(**row._mapping)


async def add_goods(connection: Connection, goods: Goods) -> None:
    """Raises MoralGoodsIdTaken."""
    try:
        await connection.execute(insert(_goods).values(**_row(goods, _GOODS)))
    except IntegrityError:
        raise MoralGoodsIdTaken from None


async def save_goods(connection: Connection, goods: Goods) -> None:
    """Writes goods that the transaction holds locked (`get_goods`)."""
    await connection.execute(
        update(_goods)
        .where(_goods.c.village_code == goods.village_code, _goods.c.goods_id == goods.goods_id)
        .values(**_row(goods, _GOODS))
    )


async def take_goods(connection: Connection, village_code: str, goods_id: UUID, quantity: int) -> Goods:
    """Takes so many pieces; what the goods are then. Raises MoralGoodsNotFound, MoralGoodsShort."""
    goods = await get_goods(connection, village_code, goods_id)
    if goods.stock < quantity:
        raise MoralGoodsShort(stock=goods.stock)
    left = Goods(village_code, goods_id, goods.name, goods.points, goods.stock - quantity, goods.version + 1)
    await save_goods(connection, left)
    return left


def _row(thing: Claim | Goods, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def _policy(entry: dict[str, Any]) -> MoralPolicy:
    rules = {code: MoralRule(code, **rule) for code, rule in entry["rules"].items()}
    if unknown := {rule.review for rule in rules.values()} - set(entry["reviews"]):
        raise ValueError(f"rules of reviews that are not there: {sorted(unknown)}")
    return MoralPolicy(
        valid_from=date.fromisoformat(entry["valid_from"]),
        councils=tuple(entry["councils"]),
        mediations=tuple(entry["mediations"]),
        reviews=dict(entry["reviews"]),
        rules=rules,
        never_goods=tuple(entry["never_goods"]),
    )
