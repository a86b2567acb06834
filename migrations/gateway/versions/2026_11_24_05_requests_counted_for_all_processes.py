"""Requests of busy callers are counted for all processes together"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_24_05"
down_revision: str | None = "2026_11_24_04"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "request_counts",
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("began_at", "key_sha256"),
    )


def downgrade() -> None:
    op.drop_table("request_counts")
