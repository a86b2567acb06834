"""Identification: courses with their chained transitions, quotas, public notices, objections"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_24_08"
down_revision: str | None = "2026_11_24_07"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "identification_notices",
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("posted_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("village_code", "notice_id"),
    )
    op.create_index("identification_notices_by_id", "identification_notices", ["notice_id"], unique=False)
    op.create_table(
        "identification_quotas",
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("village_code", "year"),
    )
    op.create_table(
        "identification_transitions",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("household_id", "case_id", "seq"),
    )
    op.create_table(
        "identifications",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("votes", sa.SmallInteger(), nullable=True),
        sa.Column("voters", sa.SmallInteger(), nullable=True),
        sa.Column("recused", sa.SmallInteger(), nullable=True),
        sa.Column("vote_income_cents", sa.BigInteger(), nullable=True),
        sa.Column("vote_people", sa.SmallInteger(), nullable=True),
        sa.Column("notice_1", sa.Uuid(), nullable=True),
        sa.Column("notice_1_line", sa.SmallInteger(), nullable=True),
        sa.Column("notice_1_on", sa.Date(), nullable=True),
        sa.Column("notice_2", sa.Uuid(), nullable=True),
        sa.Column("notice_2_line", sa.SmallInteger(), nullable=True),
        sa.Column("notice_2_on", sa.Date(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("people", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reviewers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("household_id", "case_id"),
    )
    op.create_index("identifications_by_id", "identifications", ["case_id"], unique=False)
    op.create_index("identifications_by_village", "identifications", ["village_code", "case_id"], unique=False)
    op.create_index(
        "one_identification_at_a_time",
        "identifications",
        ["household_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('COUNTY_ENTRY', 'REFUSED', 'NOT_SELECTED', 'REMOVED', 'WITHDRAWN')"),
    )
    op.create_table(
        "notice_objections",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("household_id", "objection_id"),
    )
    op.create_index("notice_objections_by_notice", "notice_objections", ["notice_id", "objection_id"], unique=False)
    op.create_index("notice_objections_by_receipt", "notice_objections", ["receipt"], unique=False)
    op.create_index(
        "notice_objections_open",
        "notice_objections",
        ["household_id"],
        unique=False,
        postgresql_where=sa.text("outcome IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("notice_objections_open", table_name="notice_objections", postgresql_where=sa.text("outcome IS NULL"))
    op.drop_index("notice_objections_by_receipt", table_name="notice_objections")
    op.drop_index("notice_objections_by_notice", table_name="notice_objections")
    op.drop_table("notice_objections")
    op.drop_index(
        "one_identification_at_a_time",
        table_name="identifications",
        postgresql_where=sa.text("state NOT IN ('COUNTY_ENTRY', 'REFUSED', 'NOT_SELECTED', 'REMOVED', 'WITHDRAWN')"),
    )
    op.drop_index("identifications_by_village", table_name="identifications")
    op.drop_index("identifications_by_id", table_name="identifications")
    op.drop_table("identifications")
    op.drop_table("identification_transitions")
    op.drop_table("identification_quotas")
    op.drop_index("identification_notices_by_id", table_name="identification_notices")
    op.drop_table("identification_notices")
