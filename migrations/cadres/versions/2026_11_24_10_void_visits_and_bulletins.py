"""A visit that was entered wrongly is void and stays to be read; what is published of inspections is frozen"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_24_10"
down_revision: str | None = "2026_11_24_09"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("void_at", sa.DateTime(timezone=True), nullable=True))
    for name in ("void_by", "void_by_name", "void_reason"):
        op.add_column("visits", sa.Column(name, sa.Text(), nullable=True))
    op.create_index("evaluations_of_cadre", "evaluations", ["cadre_id", "last_day"])
    op.create_table(
        "published_bulletins",
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("bulletin_id", sa.Uuid(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("correction", sa.Text(), nullable=True),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("published_by_name", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("region_code", "bulletin_id"),
        sa.UniqueConstraint("region_code", "cycle", "begins", "number", name="one_bulletin_a_number"),
    )
    op.create_index("published_bulletins_by_id", "published_bulletins", ["bulletin_id"])


def downgrade() -> None:
    op.drop_table("published_bulletins")
    op.drop_index("evaluations_of_cadre", table_name="evaluations")
    for name in ("void_reason", "void_by_name", "void_by", "void_at"):
        op.drop_column("visits", name)
