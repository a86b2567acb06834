"""Orders for the pots of the reserved fund, booked by a second person; two indexes that were missing"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_24_14"
down_revision: str | None = "2026_11_24_13"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "reserve_orders",
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("ordered_name", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_name", sa.Text(), nullable=True),
        sa.Column("entry_no", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name="reserve_order_of_some_money"),
        sa.CheckConstraint(
            "state <> 'booked' OR (decided_by IS NOT NULL AND decided_by <> ordered_by)",
            name="reserve_order_booked_by_another",
        ),
        sa.PrimaryKeyConstraint("village_code", "order_id"),
    )
    op.create_index(
        "reserve_orders_open",
        "reserve_orders",
        ["village_code", "order_id"],
        postgresql_where=sa.text("state = 'ordered'"),
    )

    op.create_index("register_numbers_by_household", "register_numbers", ["household_id"])
    op.create_index("households_by_status", "households", ["status", "village_code", "household_id"])


def downgrade() -> None:
    op.drop_index("register_numbers_by_household", table_name="register_numbers")
    op.drop_index("households_by_status", table_name="households")
    op.drop_index("reserve_orders_open", table_name="reserve_orders")
    op.drop_table("reserve_orders")
