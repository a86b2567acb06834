"""Who entered a file and since when its lateness stands; one household a loan number; cases collected anew"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_24_09"
down_revision: str | None = "2026_11_24_08"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The same telling under the key that names the lateness itself; one that was told before the present version of the
# file was entered may have been of another lateness, so of that only the person's own words are taken along.
_NOTICES = """
    INSERT INTO negative_notices
        (household_id, fact_key, told_on, told_by, how, statement, statement_by, statement_witness, statement_on)
    SELECT household_id,
           'file/worst_days_past_due/' || worst_days_past_due || '/' || entered_on,
           CASE WHEN told_on >= entered_on THEN told_on END,
           CASE WHEN told_on >= entered_on THEN told_by END,
           CASE WHEN told_on >= entered_on THEN how END,
           statement, statement_by, statement_witness, statement_on
    FROM negative_notices
    JOIN (
        SELECT household_id, worst_days_past_due, (entered_at AT TIME ZONE 'Asia/Shanghai')::date AS entered_on
        FROM facts WHERE worst_days_past_due > 0
    ) AS late USING (household_id)
    WHERE fact_key = 'file/worst_days_past_due'
"""


def upgrade() -> None:
    op.add_column("facts", sa.Column("entered_by_name", sa.Text()))
    op.add_column("facts", sa.Column("lateness_since", sa.DateTime(timezone=True)))
    op.add_column("fact_history", sa.Column("entered_by_name", sa.Text()))
    op.add_column("grade_cases", sa.Column("collector_name", sa.Text()))
    op.add_column("grade_cases", sa.Column("revocation", postgresql.JSONB(none_as_null=True)))
    op.add_column("recommendations", sa.Column("set_aside", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("loans_by_number", "loans", ["partner_id", "loan_number"])
    op.create_index(
        "loan_events_waiting", "loan_events", ["partner_id", "loan_number"], postgresql_where=sa.text("NOT applied")
    )
    op.execute(_NOTICES)


def downgrade() -> None:
    op.execute("DELETE FROM negative_notices WHERE fact_key LIKE 'file/worst\\_days\\_past\\_due/%'")
    op.drop_index("loan_events_waiting", "loan_events")
    op.drop_index("loans_by_number", "loans")
    op.drop_column("recommendations", "set_aside")
    op.drop_column("grade_cases", "revocation")
    op.drop_column("grade_cases", "collector_name")
    op.drop_column("fact_history", "entered_by_name")
    op.drop_column("facts", "lateness_since")
    op.drop_column("facts", "entered_by_name")
