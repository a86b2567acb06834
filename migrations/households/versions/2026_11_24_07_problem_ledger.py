"""The problem ledger and the steps of each problem"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_24_07"
down_revision: str | None = "2026_11_24_06"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "problem_steps",
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("problem_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("assignee_name", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("village_code", "problem_id", "version"),
    )
    op.create_table(
        "problems",
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("problem_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("found_by_name", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("assignee_name", sa.Text(), nullable=True),
        sa.Column("fixed_by", sa.Text(), nullable=True),
        sa.Column("fixed_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("village_code", "problem_id"),
        sa.UniqueConstraint("village_code", "source", "source_id", name="one_problem_a_source"),
    )
    op.create_index("problems_by_day", "problems", ["village_code", "due_on"], unique=False)
    op.create_index("problems_by_id", "problems", ["problem_id"], unique=False)
    op.create_index(
        "problems_of_assignee",
        "problems",
        ["assignee", "due_on"],
        unique=False,
        postgresql_where=sa.text("assignee IS NOT NULL"),
    )
    op.create_index(
        "problems_of_household",
        "problems",
        ["household_id"],
        unique=False,
        postgresql_where=sa.text("household_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("problems_of_household", table_name="problems", postgresql_where=sa.text("household_id IS NOT NULL"))
    op.drop_index("problems_of_assignee", table_name="problems", postgresql_where=sa.text("assignee IS NOT NULL"))
    op.drop_index("problems_by_id", table_name="problems")
    op.drop_index("problems_by_day", table_name="problems")
    op.drop_table("problems")
    op.drop_table("problem_steps")
