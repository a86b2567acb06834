"""Whose a veto is: the head's or the spouse's"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_24_05"
down_revision: str | None = "2026_11_24_04"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("vetoes", sa.Column("person", sa.Text(), server_default="head", nullable=False))


def downgrade() -> None:
    op.drop_column("vetoes", "person")
