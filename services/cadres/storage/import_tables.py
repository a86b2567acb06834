"""The table of what an import did not take: a line for each refused row, without its values."""

from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid


def import_refusals_table(metadata: MetaData) -> Table:
    return Table(
        "import_refusals",
        metadata,
        Column("job_id", Uuid, primary_key=True),
        Column("row", Integer, primary_key=True),
        Column("column", Text, nullable=False),
        Column("code", Text, nullable=False),
        Column("sentence", Text, nullable=False),
    )
