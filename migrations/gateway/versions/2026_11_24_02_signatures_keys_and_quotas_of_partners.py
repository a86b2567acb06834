"""Signatures keys and quotas of partners"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "2026_11_24_02"
down_revision: str | None = "2026_11_24_01"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "partner_usage",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("refused", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "span", "began_at"),
    )
    op.create_index("partner_usage_by_beginning", "partner_usage", ["began_at"], unique=False)
    op.create_table(
        "used_nonces",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "nonce"),
    )
    op.create_index("used_nonces_by_expiry", "used_nonces", ["expires_at"], unique=False)
    op.add_column("partner_keys", sa.Column("algorithm", sa.Text(), server_default=sa.text("'ES256'"), nullable=False))
    op.add_column(
        "partner_keys",
        sa.Column("valid_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.add_column("partner_keys", sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True))
    op.add_column("partners", sa.Column("signing", sa.Text(), server_default=sa.text("'none'"), nullable=False))
    op.add_column(
        "partners", sa.Column("contacts", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("partners", sa.Column("per_minute", sa.BigInteger(), server_default=sa.text("6000"), nullable=False))
    op.add_column("partners", sa.Column("per_day", sa.BigInteger(), server_default=sa.text("500000"), nullable=False))
    op.add_column("partners", sa.Column("throttled_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("partners", "throttled_until")
    op.drop_column("partners", "per_day")
    op.drop_column("partners", "per_minute")
    op.drop_column("partners", "contacts")
    op.drop_column("partners", "signing")
    op.drop_column("partner_keys", "valid_to")
    op.drop_column("partner_keys", "valid_from")
    op.drop_column("partner_keys", "algorithm")
    op.drop_index("used_nonces_by_expiry", table_name="used_nonces")
    op.drop_table("used_nonces")
    op.drop_index("partner_usage_by_beginning", table_name="partner_usage")
    op.drop_table("partner_usage")
