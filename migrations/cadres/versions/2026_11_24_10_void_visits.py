"""A visit that was entered wrongly is void and stays to be read"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_24_10"
down_revision: str | None = "2026_11_24_09"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("void_at", sa.DateTime(timezone=True), nullable=True))
    for name in ("void_by", "void_by_name", "void_reason"):
        op.add_column("visits", sa.Column(name, sa.Text(), nullable=True))
    op.create_index("evaluations_of_cadre", "evaluations", ["cadre_id", "last_day"])


def downgrade() -> None:
    op.drop_index("evaluations_of_cadre", table_name="evaluations")
    for name in ("void_reason", "void_by_name", "void_by", "void_at"):
        op.drop_column("visits", name)
