"""Housing, water and road of a household, its yearly incomes and events, and members' paths"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_24_05"
down_revision: str | None = "2026_11_24_04"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "household_events",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("member_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("other_household_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("household_id", "event_id"),
    )
    op.create_table(
        "household_incomes",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("people", sa.SmallInteger(), nullable=False),
        sa.Column("wage_cents", sa.BigInteger(), nullable=False),
        sa.Column("business_cents", sa.BigInteger(), nullable=False),
        sa.Column("property_cents", sa.BigInteger(), nullable=False),
        sa.Column("transfer_cents", sa.BigInteger(), nullable=False),
        sa.Column("business_costs_cents", sa.BigInteger(), nullable=False),
        sa.Column("living_spending_cents", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("household_id", "year", "version"),
    )
    op.add_column("households", sa.Column("housing_kind", sa.Text(), nullable=True))
    op.add_column("households", sa.Column("housing_grade", sa.Text(), nullable=True))
    op.add_column("households", sa.Column("relocation_state", sa.Text(), nullable=True))
    op.add_column("households", sa.Column("water_source", sa.Text(), nullable=True))
    op.add_column("households", sa.Column("electricity", sa.Boolean(), nullable=True))
    op.add_column("households", sa.Column("road", sa.Text(), nullable=True))
    op.add_column("households", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("households", sa.Column("closed_reason", sa.Text(), nullable=True))
    op.add_column("members", sa.Column("training", sa.Text(), nullable=True))
    op.add_column("members", sa.Column("joined_on", sa.Date(), nullable=True))
    op.create_index("members_by_person", "members", ["member_id"], unique=False)


def downgrade() -> None:
    op.drop_index("members_by_person", table_name="members")
    op.drop_column("members", "joined_on")
    op.drop_column("members", "training")
    op.drop_column("households", "closed_reason")
    op.drop_column("households", "closed_on")
    op.drop_column("households", "road")
    op.drop_column("households", "electricity")
    op.drop_column("households", "water_source")
    op.drop_column("households", "relocation_state")
    op.drop_column("households", "housing_grade")
    op.drop_column("households", "housing_kind")
    op.drop_table("household_incomes")
    op.drop_table("household_events")
