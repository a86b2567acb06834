"""The table of published bulletins (通报): frozen, each under a number of its own."""

from sqlalchemy import Column, Date, DateTime, Index, Integer, MetaData, Table, Text, UniqueConstraint, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB


def published_bulletins_table(metadata: MetaData) -> Table:
    """`content` is what was published, whole; `sha256` is that of its canonical JSON. `correction`: why it was
    published again."""
    return Table(
        "published_bulletins",
        metadata,
        Column("region_code", Text, primary_key=True),
        Column("bulletin_id", Uuid, primary_key=True),
        Column("cycle", Text, nullable=False),
        Column("begins", Date, nullable=False),
        Column("ends", Date, nullable=False),
        Column("number", Integer, nullable=False),
        Column("correction", Text),
        Column("content", JSONB, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("published_by", Text, nullable=False),
        Column("published_by_name", Text, nullable=False),
        Column("published_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        UniqueConstraint("region_code", "cycle", "begins", "number", name="one_bulletin_a_number"),
        Index("published_bulletins_by_id", "bulletin_id"),
    )
