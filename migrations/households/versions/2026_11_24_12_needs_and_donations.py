"""The needs pool: needs, the households' word on publishing them, donations"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_24_12"
down_revision: str | None = "2026_11_24_11"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "donations",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("donation_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("donor_name", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("goods", sa.Text(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("receipt_number", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_by_name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_by_name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("household_id", "donation_id"),
    )
    op.create_index("donations_by_recorder", "donations", ["recorded_by", "donation_id"], unique=False)
    op.create_index("donations_of_need", "donations", ["household_id", "need_id", "donation_id"], unique=False)
    op.create_table(
        "need_events",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("household_id", "need_id", "version"),
    )
    op.create_table(
        "needs",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("wanted_cents", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("consent", postgresql.JSONB(), nullable=True),
        sa.Column("given_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("donations", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("household_id", "need_id"),
    )
    op.create_index("needs_by_id", "needs", ["need_id"], unique=False)
    op.create_index("needs_public", "needs", ["need_id"], unique=False, postgresql_where=sa.text("public"))


def downgrade() -> None:
    op.drop_index("needs_public", table_name="needs", postgresql_where=sa.text("public"))
    op.drop_index("needs_by_id", table_name="needs")
    op.drop_table("needs")
    op.drop_table("need_events")
    op.drop_index("donations_of_need", table_name="donations")
    op.drop_index("donations_by_recorder", table_name="donations")
    op.drop_table("donations")
