"""Appraisals of a cadre's year, and what decisions rest on"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_24_07"
down_revision: str | None = "2026_11_24_06"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("decisions", sa.Column("rests_on", sa.Uuid(), nullable=True))
    op.add_column("decisions", sa.Column("priority", sa.Text(), nullable=True))
    op.add_column("decisions", sa.Column("year", sa.SmallInteger(), nullable=True))
    op.create_index(
        "one_appraisal_of_a_year",
        "decisions",
        ["cadre_id", "year"],
        unique=True,
        postgresql_where=sa.text("kind = 'appraisal' AND state NOT IN ('dropped', 'lifted')"),
    )
    op.create_table(
        "appraisals",
        sa.Column("cadre_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("pool", sa.Text(), nullable=False),
        sa.Column("scheme", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("province_points", sa.Integer(), nullable=False),
        sa.Column("province_reference", sa.Text(), nullable=False),
        sa.Column("evaluation_points", sa.Integer(), nullable=False),
        sa.Column("evaluation_reference", sa.Text(), nullable=False),
        sa.Column("outstanding", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["cadre_id", "case_id"], ["decisions.cadre_id", "decisions.case_id"]),
        sa.PrimaryKeyConstraint("cadre_id", "case_id"),
    )
    op.create_index(
        "appraisals_outstanding",
        "appraisals",
        ["pool", "year"],
        unique=False,
        postgresql_where=sa.text("outstanding"),
    )
    op.create_table(
        "appraisal_deductions",
        sa.Column("cadre_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("deduction_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("ground", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["cadre_id", "case_id"], ["appraisals.cadre_id", "appraisals.case_id"]),
        sa.PrimaryKeyConstraint("cadre_id", "case_id", "deduction_id"),
    )


def downgrade() -> None:
    op.drop_table("appraisal_deductions")
    op.drop_table("appraisals")
    op.drop_index("one_appraisal_of_a_year", table_name="decisions")
    op.drop_column("decisions", "year")
    op.drop_column("decisions", "priority")
    op.drop_column("decisions", "rests_on")
