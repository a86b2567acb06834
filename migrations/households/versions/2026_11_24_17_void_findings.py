"""What a void visit found is taken back: what it became, and why it is void"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_24_17"
down_revision: str | None = "2026_11_24_16"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("told_findings", sa.Column("kind", sa.Text(), nullable=True))
    op.add_column("told_findings", sa.Column("became", sa.Uuid(), nullable=True))
    op.add_column("told_findings", sa.Column("void", postgresql.JSONB(), nullable=True))
    op.add_column("told_findings", sa.Column("was_taken", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    for name in ("was_taken", "void", "became", "kind"):
        op.drop_column("told_findings", name)
