"""The latest visits of a wide place are found without sorting all of its visits"""

from collections.abc import Sequence

from alembic import op

revision: str = "2026_11_24_11"
down_revision: str | None = "2026_11_24_10"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("visits_by_day", "visits", ["visited_at", "visit_id"])


def downgrade() -> None:
    op.drop_index("visits_by_day", table_name="visits")
