"""Coverage of places, kept by day with each write; that of the record as it is, is filled in"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_24_12"
down_revision: str | None = "2026_11_24_11"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FILL = """
    WITH poor AS (
        SELECT households.village_code, started_on, ended_on
        FROM pairings JOIN households USING (household_id) WHERE registered_poor
    ), held AS (
        SELECT village_code, started_on, ended_on
        FROM posts JOIN regions ON code = village_code WHERE level = 'village' AND poor_village
    ), of_villages (village_code, grouping, value, number) AS (
        SELECT village_code, 'poor_households', '', 1 FROM households WHERE registered_poor
        UNION ALL SELECT code, 'poor_villages', '', 1 FROM regions WHERE level = 'village' AND poor_village
        UNION ALL SELECT village_code, 'paired', to_char(started_on, 'YYYY-MM-DD'), 1 FROM poor
        UNION ALL SELECT village_code, 'paired', to_char(ended_on, 'YYYY-MM-DD'), -1 FROM poor
            WHERE ended_on IS NOT NULL
        UNION ALL SELECT village_code, 'posts_filled', to_char(started_on, 'YYYY-MM-DD'), 1 FROM held
        UNION ALL SELECT village_code, 'posts_filled', to_char(ended_on, 'YYYY-MM-DD'), -1 FROM held
            WHERE ended_on IS NOT NULL
    )
    INSERT INTO coverage_counts (place, grouping, value, number)
    SELECT left(village_code, digits), grouping, value, sum(number)
    FROM of_villages, (VALUES (2), (4), (6), (9), (12)) AS level (digits)
    GROUP BY 1, 2, 3 HAVING sum(number) <> 0
"""


def upgrade() -> None:
    op.create_table(
        "coverage_counts",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("grouping", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place", "grouping", "value"),
    )
    op.create_table(
        "coverage_count_changes",
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("change_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("grouping", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("village_code", "change_id"),
    )
    op.execute(_FILL)


def downgrade() -> None:
    op.drop_table("coverage_count_changes")
    op.drop_table("coverage_counts")
