"""The table of what cadres found on visits: each finding once, and what became of it."""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, MetaData, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB


def told_findings_table(metadata: MetaData) -> Table:
    """`told` is what the visit said, until it is taken on; `became` what it was taken on as, by `kind`. `void`: why its
    visit is void. One that fails unexpectedly is tried again at `next_at`."""
    return Table(
        "told_findings",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("finding_id", Uuid, primary_key=True),
        Column("told", JSONB),
        Column("state", Text, nullable=False, server_default="waiting"),
        Column("code", Text),
        Column("kind", Text),
        Column("became", Uuid),
        Column("void", JSONB),
        Column("was_taken", Boolean, nullable=False, server_default="false"),
        Column("failures", Integer, nullable=False, server_default="0"),
        Column("heard_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("next_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("told_findings_waiting", "next_at", postgresql_where=text("state = 'waiting'")),
    )
