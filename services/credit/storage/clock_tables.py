"""The tables of what time does: facts drawn anew, scores looked at again, runs counted before they are deleted."""

from dataclasses import dataclass

from sqlalchemy import Column, Date, DateTime, Index, Integer, MetaData, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB


@dataclass(frozen=True, slots=True)
class ClockTables:
    loan_facts_until: Table
    rescores: Table
    run_counts: Table
    place_summaries: Table


def clock_tables(metadata: MetaData) -> ClockTables:
    return ClockTables(
        _loan_facts_until(metadata), _rescores(metadata), _run_counts(metadata), _place_summaries(metadata)
    )


def _loan_facts_until(metadata: MetaData) -> Table:
    """Through which day what was drawn from a household's loans stays true by itself."""
    return Table(
        "loan_facts_until",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("until", Date, nullable=False),
    )


def _rescores(metadata: MetaData) -> Table:
    """What the engine last said of a household's file while its grade was in effect; it changes no grade."""
    return Table(
        "rescores",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("village_code", Text, nullable=False),
        Column("why", Text, nullable=False),
        Column("scored_on", Date, nullable=False),
        Column("card_id", Text, nullable=False),
        Column("card_version", Integer, nullable=False),
        Column("facts_version", Integer, nullable=False),
        Column("total", SmallInteger),
        Column("band", Text, nullable=False),
        Column("trace_sha256", Text, nullable=False),
        Index("rescores_by_village", "village_code", "household_id"),
    )


def _run_counts(metadata: MetaData) -> Table:
    """The households of a finished run by township, attribute and bin; `total` and `band` stand as attributes."""
    return Table(
        "run_counts",
        metadata,
        Column("run_id", Uuid, primary_key=True),
        Column("township", Text, primary_key=True),
        Column("attribute", Text, primary_key=True),
        Column("bin", Text, primary_key=True),
        Column("households", Integer, nullable=False),
    )


def _place_summaries(metadata: MetaData) -> Table:
    """The figures of a county or wider place, as they were last counted."""
    return Table(
        "place_summaries",
        metadata,
        Column("region", Text, primary_key=True),
        Column("day", Date, nullable=False),
        Column("counted_at", DateTime(timezone=True), nullable=False),
        Column("figures", JSONB, nullable=False),
    )
