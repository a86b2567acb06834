"""The tables of the needs pool (援需信息库): needs, the consents to publish them, donations."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


@dataclass(frozen=True, slots=True)
class NeedTables:
    needs: Table
    events: Table
    donations: Table


def need_tables(metadata: MetaData) -> NeedTables:
    return NeedTables(_needs(metadata), _events(metadata), _donations(metadata))


def _needs(metadata: MetaData) -> Table:
    """`public` is written with consent and state, so that every list reads one column."""
    return Table(
        "needs",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("need_id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("words", Text, nullable=False),
        Column("wanted_cents", BigInteger),
        Column("state", Text, nullable=False),
        Column("public", Boolean, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("created_by", Text, nullable=False),
        Column("consent", JSONB),
        Column("given_cents", BigInteger, nullable=False, server_default="0"),
        Column("donations", Integer, nullable=False, server_default="0"),
        Column("version", Integer, nullable=False, server_default="1"),
        Index("needs_by_id", "need_id"),
        Index("needs_public", "need_id", postgresql_where=text("public")),
    )


def _events(metadata: MetaData) -> Table:
    """Who gave or took back the household's word, when and how; who closed it."""
    return Table(
        "need_events",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("need_id", Uuid, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("event", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("actor_name", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("note", Text),
    )


def _donations(metadata: MetaData) -> Table:
    return Table(
        "donations",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("donation_id", Uuid, primary_key=True),
        Column("need_id", Uuid, nullable=False),
        Column("donor_name", Text, nullable=False),
        Column("anonymous", Boolean, nullable=False),
        Column("amount_cents", BigInteger, nullable=False),
        Column("goods", Text),
        Column("given_on", Date, nullable=False),
        Column("receipt_number", Text, nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_by_name", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("received_at", DateTime(timezone=True)),
        Column("received_by_name", Text),
        Index("donations_of_need", "household_id", "need_id", "donation_id"),
        Index("donations_by_recorder", "recorded_by", "donation_id"),
    )
