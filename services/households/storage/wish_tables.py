"""The tables of wishes (微心愿): what is wished for, what happened to it, who paid."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, MetaData, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from shared.files import files_table


@dataclass(frozen=True, slots=True)
class WishTables:
    wishes: Table
    events: Table
    payments: Table
    files: Table


def wish_tables(metadata: MetaData) -> WishTables:
    return WishTables(_wishes(metadata), _events(metadata), _payments(metadata), files_table(metadata))


def _wishes(metadata: MetaData) -> Table:
    """`free_from` is when anybody may claim it, were it left alone: a claim that ran out needs no write to be free."""
    return Table(
        "wishes",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("wish_id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("need", Text, nullable=False),
        Column("amount_cents", BigInteger, nullable=False),
        Column("state", Text, nullable=False),
        Column("free_from", DateTime(timezone=True)),
        Column("year", SmallInteger, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("created_by", Text, nullable=False),
        Column("created_role", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("consent", JSONB),
        Column("claim_id", Uuid),
        Column("holder", Text),
        Column("holder_name", Text),
        Column("holder_role", Text),
        Column("held_until", DateTime(timezone=True)),
        Column("behalf", Text),
        Column("delivered_at", DateTime(timezone=True)),
        Column("thanks", Text),
        Column("version", Integer, nullable=False, server_default="1"),
        Index("wishes_by_id", "wish_id"),
        Index("wishes_free", "wish_id", postgresql_where=text("free_from IS NOT NULL")),
        Index("wishes_held", "holder", "wish_id", postgresql_where=text("holder IS NOT NULL")),
        Index("wishes_running_out", "held_until", postgresql_where=text("state = 'claimed'")),
    )


def _events(metadata: MetaData) -> Table:
    """What brought a wish to each of its versions."""
    return Table(
        "wish_events",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("wish_id", Uuid, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("event", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("actor_name", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("note", Text),
    )


def _payments(metadata: MetaData) -> Table:
    return Table(
        "wish_payments",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("payment_id", Uuid, primary_key=True),
        Column("wish_id", Uuid, nullable=False),
        Column("claim_id", Uuid, nullable=False),
        Column("payer", Text, nullable=False),
        Column("amount_cents", BigInteger, nullable=False),
        Column("by", Text, nullable=False),
        Column("by_name", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Index("wish_payments_of_wish", "household_id", "wish_id"),
    )
