"""Wishes, what happened to them, who paid, and the files that prove it"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_24_10"
down_revision: str | None = "2026_11_24_09"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("belongs_to", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("belongs_to", "file_id"),
    )
    op.create_index("files_by_id", "files", ["file_id"], unique=False)
    op.create_index("files_unattached", "files", ["at"], unique=False, postgresql_where=sa.text("attached_at IS NULL"))
    op.create_table(
        "wish_events",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("wish_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("household_id", "wish_id", "version"),
    )
    op.create_table(
        "wish_payments",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("wish_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("household_id", "payment_id"),
    )
    op.create_index("wish_payments_of_wish", "wish_payments", ["household_id", "wish_id"], unique=False)
    op.create_table(
        "wishes",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("wish_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("free_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_role", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("consent", postgresql.JSONB(), nullable=True),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("holder_name", sa.Text(), nullable=True),
        sa.Column("holder_role", sa.Text(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("behalf", sa.Text(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thanks", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("household_id", "wish_id"),
    )
    op.create_index("wishes_by_id", "wishes", ["wish_id"], unique=False)
    op.create_index(
        "wishes_free", "wishes", ["wish_id"], unique=False, postgresql_where=sa.text("free_from IS NOT NULL")
    )
    op.create_index(
        "wishes_held", "wishes", ["holder", "wish_id"], unique=False, postgresql_where=sa.text("holder IS NOT NULL")
    )
    op.create_index(
        "wishes_running_out", "wishes", ["held_until"], unique=False, postgresql_where=sa.text("state = 'claimed'")
    )


def downgrade() -> None:
    op.drop_index("wishes_running_out", table_name="wishes", postgresql_where=sa.text("state = 'claimed'"))
    op.drop_index("wishes_held", table_name="wishes", postgresql_where=sa.text("holder IS NOT NULL"))
    op.drop_index("wishes_free", table_name="wishes", postgresql_where=sa.text("free_from IS NOT NULL"))
    op.drop_index("wishes_by_id", table_name="wishes")
    op.drop_table("wishes")
    op.drop_index("wish_payments_of_wish", table_name="wish_payments")
    op.drop_table("wish_payments")
    op.drop_table("wish_events")
    op.drop_index("files_unattached", table_name="files", postgresql_where=sa.text("attached_at IS NULL"))
    op.drop_index("files_by_id", table_name="files")
    op.drop_table("files")
