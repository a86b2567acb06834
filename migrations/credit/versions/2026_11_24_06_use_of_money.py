"""What visits said of the use of loans, and what became of it"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_24_06"
down_revision: str | None = "2026_11_24_05"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "use_of_money",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("visited_by", sa.Text(), nullable=False),
        sa.Column("loan_number", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("told_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("household_id", "finding_id"),
    )
    op.create_index("use_of_money_by_id", "use_of_money", ["finding_id"])
    op.create_index("use_of_money_by_village", "use_of_money", ["village_code", "visited_on", "finding_id"])
    op.create_index("use_of_money_by_day", "use_of_money", ["visited_on", "finding_id"])


def downgrade() -> None:
    op.drop_table("use_of_money")
