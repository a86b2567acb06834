"""Inspections with their findings, and democratic evaluations"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_24_09"
down_revision: str | None = "2026_11_24_08"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "inspections",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("population", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("population_sha256", sa.Text(), nullable=False),
        sa.Column("sample", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("drawn_from", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("inspection_id"),
        sa.UniqueConstraint("region_code", "cycle", "period", name="one_sample_a_period"),
    )
    op.create_index("inspections_by_region", "inspections", ["region_code", "inspection_id"], unique=False)
    op.create_table(
        "inspection_findings",
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rectified_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspections.inspection_id"],
        ),
        sa.PrimaryKeyConstraint("village_code", "finding_id"),
    )
    op.create_index("inspection_findings_by_id", "inspection_findings", ["finding_id"], unique=False)
    op.create_index("inspection_findings_of_inspection", "inspection_findings", ["inspection_id"], unique=False)
    op.create_table(
        "inspection_finding_transitions",
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("village_code", "finding_id", "seq"),
    )
    op.create_table(
        "evaluations",
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("cadre_id", sa.Uuid(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("answers", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("least_ballots", sa.Integer(), nullable=False),
        sa.Column("tally", sa.LargeBinary(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cadre_id"],
            ["cadres.cadre_id"],
        ),
        sa.PrimaryKeyConstraint("village_code", "evaluation_id"),
    )
    op.create_index("evaluations_by_id", "evaluations", ["evaluation_id"], unique=False)
    op.create_table(
        "evaluation_voters",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("voted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["village_code", "evaluation_id"],
            ["evaluations.village_code", "evaluations.evaluation_id"],
        ),
        sa.PrimaryKeyConstraint("household_id", "evaluation_id"),
    )
    op.create_index("evaluation_voters_of_evaluation", "evaluation_voters", ["evaluation_id"], unique=False)


def downgrade() -> None:
    op.drop_index("evaluation_voters_of_evaluation", table_name="evaluation_voters")
    op.drop_table("evaluation_voters")
    op.drop_index("evaluations_by_id", table_name="evaluations")
    op.drop_table("evaluations")
    op.drop_table("inspection_finding_transitions")
    op.drop_index("inspection_findings_by_id", table_name="inspection_findings")
    op.drop_index("inspection_findings_of_inspection", table_name="inspection_findings")
    op.drop_table("inspection_findings")
    op.drop_index("inspections_by_region", table_name="inspections")
    op.drop_table("inspections")
