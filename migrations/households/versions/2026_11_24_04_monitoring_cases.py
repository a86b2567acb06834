"""Monitoring cases: what was found, the steps they took, what is done about them"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_24_04"
down_revision: str | None = "2026_11_24_03"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "monitoring_cases",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("danger", sa.Text(), nullable=False),
        sa.Column("check_due_on", sa.Date(), nullable=True),
        sa.Column("due_provisional", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("household_id", "case_id"),
    )
    op.create_index("monitoring_cases_by_id", "monitoring_cases", ["case_id"], unique=False)
    op.create_index(
        "monitoring_checks_by_day",
        "monitoring_cases",
        ["check_due_on", "case_id"],
        unique=False,
        postgresql_where=sa.text("check_due_on IS NOT NULL"),
    )
    op.create_index(
        "one_open_case_a_class",
        "monitoring_cases",
        ["household_id", "danger"],
        unique=True,
        postgresql_where=sa.text("state <> 'removed'"),
    )
    op.create_table(
        "monitoring_findings",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("finding_key", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("household_id", "finding_key"),
    )
    op.create_index("monitoring_findings_by_case", "monitoring_findings", ["household_id", "case_id"], unique=False)
    op.create_table(
        "monitoring_measures",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("household_id", "measure_id"),
    )
    op.create_index("monitoring_measures_by_case", "monitoring_measures", ["household_id", "case_id"], unique=False)
    op.create_table(
        "monitoring_steps",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("danger", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("household_id", "case_id", "version"),
    )


def downgrade() -> None:
    op.drop_table("monitoring_steps")
    op.drop_index("monitoring_measures_by_case", table_name="monitoring_measures")
    op.drop_table("monitoring_measures")
    op.drop_index("monitoring_findings_by_case", table_name="monitoring_findings")
    op.drop_table("monitoring_findings")
    op.drop_index(
        "one_open_case_a_class", table_name="monitoring_cases", postgresql_where=sa.text("state <> 'removed'")
    )
    op.drop_index(
        "monitoring_checks_by_day", table_name="monitoring_cases", postgresql_where=sa.text("check_due_on IS NOT NULL")
    )
    op.drop_index("monitoring_cases_by_id", table_name="monitoring_cases")
    op.drop_table("monitoring_cases")
