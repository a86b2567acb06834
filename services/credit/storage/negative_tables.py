"""The table of what a household was told of a negative fact about it, and what it says to it."""

from sqlalchemy import Column, Date, MetaData, Table, Text, Uuid


def negative_notices_table(metadata: MetaData) -> Table:
    """`fact_key` names the fact as the domain does; a row is there once the person was told or has spoken."""
    return Table(
        "negative_notices",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("fact_key", Text, primary_key=True),
        Column("told_on", Date),
        Column("told_by", Text),
        Column("how", Text),
        Column("statement", Text),
        Column("statement_by", Text),
        Column("statement_witness", Text),
        Column("statement_on", Date),
    )
