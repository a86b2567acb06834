"""The table of what visits said of the use of loans, and what became of it."""

from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text, Uuid


def use_of_money_table(metadata: MetaData) -> Table:
    """A row is there once for each finding, however often the sibling's log is read; a withdrawn one stays."""
    return Table(
        "use_of_money",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("finding_id", Uuid, primary_key=True),
        Column("village_code", Text, nullable=False),
        Column("visited_on", Date, nullable=False),
        Column("visited_by", Text, nullable=False),
        Column("loan_number", Text),
        Column("state", Text, nullable=False),
        Column("settled_on", Date),
        Column("settled_by", Text),
        Column("note", Text),
        Column("told_by", Text),
        Column("version", Integer, nullable=False, server_default="1"),
        Index("use_of_money_by_id", "finding_id"),
        Index("use_of_money_by_village", "village_code", "visited_on", "finding_id"),
        Index("use_of_money_by_day", "visited_on", "finding_id"),
    )
