"""Villages that ended and households that closed"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_24_07"
down_revision: str | None = "2026_11_24_06"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("regions", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column("directory", sa.Column("closed", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index("directory_of_closed", "directory", ["household_id"], postgresql_where=sa.text("closed"))


def downgrade() -> None:
    op.drop_index("directory_of_closed", table_name="directory", postgresql_where=sa.text("closed"))
    op.drop_column("directory", "closed")
    op.drop_column("regions", "ended_on")
