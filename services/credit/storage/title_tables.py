"""The tables of titles: what a village or township holds, and the chained steps that led there."""

from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


@dataclass(frozen=True, slots=True)
class TitleTables:
    titles: Table
    transitions: Table


def title_tables(metadata: MetaData) -> TitleTables:
    return TitleTables(_titles(metadata), _transitions(metadata))


def _titles(metadata: MetaData) -> Table:
    return Table(
        "titles",
        metadata,
        Column("place_code", Text, primary_key=True),
        Column("title_id", Uuid, primary_key=True),
        Column("state", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("stars", SmallInteger, nullable=False),
        Column("granted_on", Date, nullable=False),
        Column("valid_until", Date, nullable=False),
        Column("policy_version", Text, nullable=False),
        Column("reviewed_on", Date),
        Column("failed_reviews", SmallInteger, nullable=False),
        Column("suspended_on", Date),
        Column("clean_quarters", SmallInteger, nullable=False),
        Column("quarter", Date),
        Column("ended_on", Date),
        # A place holds one title at a time; of two who grant it at once, one does.
        Index(
            "one_title_at_a_time",
            "place_code",
            unique=True,
            postgresql_where=text("state = ANY ('{HELD,SUSPENDED}')"),
        ),
    )


def _transitions(metadata: MetaData) -> Table:
    """Each row is chained to the one before it of the same title (`shared/hash_chain.py`)."""
    return Table(
        "title_transitions",
        metadata,
        Column("place_code", Text, primary_key=True),
        Column("title_id", Uuid, primary_key=True),
        Column("seq", Integer, primary_key=True),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("event", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("facts", JSONB, nullable=False),
        Column("previous", LargeBinary, nullable=False),
        Column("hash", LargeBinary, nullable=False),
    )
