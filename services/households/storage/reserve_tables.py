"""The tables of the reserved fund: a village's pot and its ledger, a household's tranches."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    text,
)


@dataclass(frozen=True, slots=True)
class ReserveTables:
    pots: Table
    entries: Table
    tranches: Table
    orders: Table


def reserve_tables(metadata: MetaData) -> ReserveTables:
    return ReserveTables(_pots(metadata), _entries(metadata), _tranches(metadata), _orders(metadata))


def _pots(metadata: MetaData) -> Table:
    """The database too refuses an overdrawn pot."""
    return Table(
        "reserve_pots",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("balance_cents", BigInteger, nullable=False),
        Column("entries", Integer, nullable=False),
        CheckConstraint("balance_cents >= 0", name="reserve_pot_not_overdrawn"),
    )


def _entries(metadata: MetaData) -> Table:
    """Rows are only added; a mistake is made good by a counter-entry."""
    return Table(
        "reserve_entries",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("entry_no", Integer, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("amount_cents", BigInteger, nullable=False),
        Column("balance_cents", BigInteger, nullable=False),
        Column("household_id", Uuid),
        Column("tranche_id", Uuid),
        Column("on_day", Date, nullable=False),
        Column("note", Text, nullable=False),
        Column("entered_by", Text, nullable=False),
        Column("entered_name", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


def _tranches(metadata: MetaData) -> Table:
    return Table(
        "reserve_tranches",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("tranche_id", Uuid, primary_key=True),
        Column("village_code", Text, nullable=False),
        Column("amount_cents", BigInteger, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("measure_id", Uuid),
        Column("state", Text, nullable=False),
        Column("returned_cents", BigInteger, nullable=False),
        Column("requested_by", Text, nullable=False),
        Column("decided_by", Text),
        Column("note", Text),
        Column("version", Integer, nullable=False),
        Column("requested_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        CheckConstraint("returned_cents BETWEEN 0 AND amount_cents", name="reserve_tranche_returns_within"),
    )


def _orders(metadata: MetaData) -> Table:
    """What one official of the county ordered for a village's pot and another confirmed or somebody dropped."""
    return Table(
        "reserve_orders",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("order_id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("amount_cents", BigInteger, nullable=False),
        Column("on_day", Date, nullable=False),
        Column("note", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("ordered_by", Text, nullable=False),
        Column("ordered_name", Text, nullable=False),
        Column("decided_by", Text),
        Column("decided_name", Text),
        Column("entry_no", Integer),
        Column("version", Integer, nullable=False),
        Column("ordered_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("decided_at", DateTime(timezone=True)),
        CheckConstraint("amount_cents > 0", name="reserve_order_of_some_money"),
        CheckConstraint(
            "state <> 'booked' OR (decided_by IS NOT NULL AND decided_by <> ordered_by)",
            name="reserve_order_booked_by_another",
        ),
        Index("reserve_orders_open", "village_code", "order_id", postgresql_where=text("state = 'ordered'")),
    )
