"""The tables of titles: what a village or township holds, and the chained steps that led there."""

from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from shared.course_log import transitions_table


@dataclass(frozen=True, slots=True)
class TitleTables:
    titles: Table
    transitions: Table


def title_tables(metadata: MetaData) -> TitleTables:
    steps = transitions_table(metadata, "title_transitions", "place_code", "title_id", Text)
    return TitleTables(_titles(metadata), steps)


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
