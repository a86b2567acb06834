"""The table of people who may be in the record twice."""

from sqlalchemy import Column, Date, DateTime, Index, MetaData, Table, Text, UniqueConstraint, Uuid, func, text


def likely_duplicates_table(metadata: MetaData) -> Table:
    """Two members who may be one person, the one with the smaller member id first; what was decided, by whom, why."""
    return Table(
        "likely_duplicates",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("pair_id", Uuid, primary_key=True, server_default=func.gen_random_uuid()),
        Column("member_id", Uuid, nullable=False),
        Column("other_household_id", Uuid, nullable=False),
        Column("other_member_id", Uuid, nullable=False),
        Column("found_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("state", Text, nullable=False, server_default="open"),
        Column("kept_member_id", Uuid),
        Column("decided_on", Date),
        Column("decided_by", Text),
        Column("decided_by_name", Text),
        Column("reason", Text),
        UniqueConstraint("household_id", "member_id", "other_member_id", name="likely_duplicates_once"),
        Index("likely_duplicates_open", "pair_id", postgresql_where=text("state = 'open'")),
        Index("likely_duplicates_by_pair", "pair_id"),
        Index("likely_duplicates_by_kept", "kept_member_id", postgresql_where=text("kept_member_id IS NOT NULL")),
    )
