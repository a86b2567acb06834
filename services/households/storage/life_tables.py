"""The tables of a household's life: its yearly incomes, its events (birth, split, move …), who lived there before."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY


@dataclass(frozen=True, slots=True)
class LifeTables:
    incomes: Table
    events: Table
    former_stays: Table


def life_tables(metadata: MetaData) -> LifeTables:
    return LifeTables(_incomes(metadata), _events(metadata), _former_stays(metadata))


def _incomes(metadata: MetaData) -> Table:
    """A year's income as it was written down; `version` is the household's, and the greatest one of a year holds."""
    return Table(
        "household_incomes",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("year", SmallInteger, primary_key=True, autoincrement=False),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("people", SmallInteger, nullable=False),
        Column("wage_cents", BigInteger, nullable=False),
        Column("business_cents", BigInteger, nullable=False),
        Column("property_cents", BigInteger, nullable=False),
        Column("transfer_cents", BigInteger, nullable=False),
        Column("business_costs_cents", BigInteger, nullable=False),
        Column("living_spending_cents", BigInteger),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("source", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("actor_name", Text, nullable=False),
    )


def _events(metadata: MetaData) -> Table:
    """An event stands once with each household that it touches, under the same event id."""
    return Table(
        "household_events",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("event_id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("happened_on", Date, nullable=False),
        Column("member_ids", ARRAY(Uuid), nullable=False),
        Column("other_household_id", Uuid),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("source", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("actor_name", Text, nullable=False),
    )


def _former_stays(metadata: MetaData) -> Table:
    """A stay of somebody who came back to the same household later; the last one is the member's own row."""
    return Table(
        "former_stays",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("member_id", Uuid, primary_key=True),
        Column("left_on", Date, primary_key=True),
        Column("relation", Text, nullable=False),
        Column("joined_on", Date),
        Column("left_reason", Text),
        Index("former_stays_by_person", "member_id"),
    )
