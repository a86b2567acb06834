"""Likely duplicates, and what became of places"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_24_11"
down_revision: str | None = "2026_11_24_10"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "likely_duplicates",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("pair_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("other_household_id", sa.Uuid(), nullable=False),
        sa.Column("other_member_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("kept_member_id", sa.Uuid(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("household_id", "pair_id"),
        sa.UniqueConstraint("household_id", "member_id", "other_member_id", name="likely_duplicates_once"),
    )
    op.create_index(
        "likely_duplicates_by_kept",
        "likely_duplicates",
        ["kept_member_id"],
        unique=False,
        postgresql_where=sa.text("kept_member_id IS NOT NULL"),
    )
    op.create_index("likely_duplicates_by_pair", "likely_duplicates", ["pair_id"], unique=False)
    op.create_index(
        "likely_duplicates_open",
        "likely_duplicates",
        ["pair_id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "place_changes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("old_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("into", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("code", "change_id"),
    )
    op.add_column("regions", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column("regions", sa.Column("successor", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("regions", "successor")
    op.drop_column("regions", "ended_on")
    op.drop_table("place_changes")
    op.drop_index("likely_duplicates_open", table_name="likely_duplicates", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("likely_duplicates_by_pair", table_name="likely_duplicates")
    op.drop_index(
        "likely_duplicates_by_kept",
        table_name="likely_duplicates",
        postgresql_where=sa.text("kept_member_id IS NOT NULL"),
    )
    op.drop_table("likely_duplicates")
