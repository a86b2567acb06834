"""Who comes back to a household keeps the stay before"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_24_18"
down_revision: str | None = "2026_11_24_17"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "former_stays",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("household_id", "member_id", "left_on", name=op.f("former_stays_pkey")),
    )
    op.create_index("former_stays_by_person", "former_stays", ["member_id"], unique=False)


def downgrade() -> None:
    op.drop_index("former_stays_by_person", table_name="former_stays")
    op.drop_table("former_stays")
