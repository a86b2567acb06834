"""How many households each place has of each kind: kept beside the record, so that a summary reads no household."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Identity, Integer, MetaData, Table, Text


@dataclass(frozen=True, slots=True)
class CountTables:
    kept: Table
    changes: Table


def count_tables(metadata: MetaData) -> CountTables:
    """A write appends by how much its village's figures change (`changes`), and blocks no other writer of it.

    A little later they are added to what is `kept` of the village and of every place above it. A figure is both."""
    kept = Table(
        "household_counts",
        metadata,
        Column("place", Text, primary_key=True),
        Column("grouping", Text, primary_key=True),
        Column("value", Text, primary_key=True),
        Column("households", Integer, nullable=False),
    )
    changes = Table(
        "household_count_changes",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("change_id", BigInteger, Identity(always=True), primary_key=True),
        Column("grouping", Text, nullable=False),
        Column("value", Text, nullable=False),
        Column("by", Integer, nullable=False),
    )
    return CountTables(kept, changes)
