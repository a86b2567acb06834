"""The table of what became of places: renamed and merged villages, with dates."""

from sqlalchemy import Column, Date, DateTime, MetaData, Table, Text, Uuid, func


def place_changes_table(metadata: MetaData) -> Table:
    """`code` was called `old_name` until `happened_on`; since then it is called `name`, or belongs to `into`."""
    return Table(
        "place_changes",
        metadata,
        Column("code", Text, primary_key=True),
        Column("change_id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("happened_on", Date, nullable=False),
        Column("old_name", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("into", Text),
        Column("document", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("actor_name", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
