"""The tables of the moral bank. Only its own repository reaches them."""

from sqlalchemy import CheckConstraint, Column, Date, DateTime, Integer, MetaData, Table, Text, Uuid, func


def moral_bank_tables(metadata: MetaData) -> None:
    """Account and ledger, what was claimed, and the goods of villages."""
    Table(
        "moral_accounts",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("points", Integer, nullable=False),
        Column("entries", Integer, nullable=False),
        CheckConstraint("points >= 0", name="moral_account_not_overdrawn"),
    )
    # Rows are only added.
    Table(
        "moral_entries",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("entry_no", Integer, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("points", Integer, nullable=False),
        Column("balance", Integer, nullable=False),
        Column("claim_id", Uuid),
        Column("goods_id", Uuid),
        Column("what", Text, nullable=False),
        Column("entered_by", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
    Table(
        "moral_claims",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("claim_id", Uuid, primary_key=True),
        Column("rule", Text, nullable=False),
        Column("points", Integer, nullable=False),
        Column("happened_on", Date, nullable=False),
        Column("evidence", Text, nullable=False),
        Column("proposed_by", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("decided_by", Text),
        Column("note", Text),
        Column("version", Integer, nullable=False),
        Column("written_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
    Table(
        "moral_goods",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("goods_id", Uuid, primary_key=True),
        Column("name", Text, nullable=False),
        Column("points", Integer, nullable=False),
        Column("stock", Integer, nullable=False),
        Column("version", Integer, nullable=False),
        CheckConstraint("stock >= 0", name="moral_goods_not_overdrawn"),
    )
