"""Counts of households by place, kept with each write; those of the record as it is are filled in"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_24_16"
down_revision: str | None = "2026_11_24_15"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FILL = """
    WITH alike AS (
        SELECT village_code, status, coalesce(poverty_type, '') AS poverty_type,
            coalesce(monitoring_type, '') AS monitoring_type,
            coalesce(to_char(first_identified_on, 'FMYYYY'), '') AS year, causes, count(*) AS number
        FROM households WHERE closed_on IS NULL
        GROUP BY 1, 2, 3, 4, 5, 6
    ), of_villages AS (
        SELECT village_code, cell.grouping, cell.value, number
        FROM alike, LATERAL (
            VALUES ('place', village_code), ('status', status), ('poverty_type', poverty_type),
                ('monitoring_type', monitoring_type), ('year', year)
        ) AS cell (grouping, value)
        UNION ALL
        SELECT village_code, 'cause', cause, number FROM alike, unnest(causes) AS cause
    )
    INSERT INTO household_counts (place, grouping, value, households)
    SELECT left(village_code, digits), of_villages.grouping,
        CASE WHEN of_villages.grouping = 'place' THEN left(value, below) ELSE value END, sum(number)
    FROM of_villages, (VALUES (2, 4), (4, 6), (6, 9), (9, 12), (12, 12)) AS level (digits, below)
    GROUP BY 1, 2, 3
"""


def upgrade() -> None:
    op.create_table(
        "household_counts",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("grouping", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place", "grouping", "value"),
    )
    op.create_table(
        "household_count_changes",
        sa.Column("village_code", sa.Text(), nullable=False),
        sa.Column("change_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("grouping", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("village_code", "change_id"),
    )
    op.execute(_FILL)


def downgrade() -> None:
    op.drop_table("household_count_changes")
    op.drop_table("household_counts")
