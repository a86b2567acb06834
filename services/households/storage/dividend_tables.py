"""The tables of collective dividends: a village's of a year, its list, what was paid, and counter-entries."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


@dataclass(frozen=True, slots=True)
class DividendTables:
    dividends: Table
    shares: Table
    payments: Table
    corrections: Table


def dividend_tables(metadata: MetaData) -> DividendTables:
    return DividendTables(_dividends(metadata), _shares(metadata), _payments(metadata), _corrections(metadata))


def _dividends(metadata: MetaData) -> Table:
    """One a village and year, decided by the database; those that were dropped do not count."""
    return Table(
        "dividends",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("dividend_id", Uuid, primary_key=True),
        Column("year", SmallInteger, nullable=False),
        Column("income_cents", BigInteger, nullable=False),
        Column("poor_also_ordinary", Boolean, nullable=False),
        Column("parts", JSONB, nullable=False),
        Column("weights", JSONB, nullable=False),
        Column("digest", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("drafted_by", Text, nullable=False),
        Column("confirmed_by", Text),
        Column("collective_corrected_cents", BigInteger, nullable=False, server_default="0"),
        Column("version", Integer, nullable=False),
        Column("written_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("one_dividend_a_year", "village_code", "year", unique=True, postgresql_where=text("state <> 'dropped'")),
    )


def _shares(metadata: MetaData) -> Table:
    """`amount_cents` never changes; what counter-entries moved and what was paid stand beside it."""
    return Table(
        "dividend_shares",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("dividend_id", Uuid, primary_key=True),
        Column("share_no", Integer, primary_key=True),
        Column("pool", Text, nullable=False),
        Column("household_id", Uuid, nullable=False),
        Column("member_id", Uuid, nullable=False),
        Column("name", Text, nullable=False),
        Column("weight", Integer, nullable=False),
        Column("amount_cents", BigInteger, nullable=False),
        Column("corrected_cents", BigInteger, nullable=False, server_default="0"),
        Column("paid_cents", BigInteger, nullable=False, server_default="0"),
        Index("dividend_shares_by_household", "household_id"),
    )


def _payments(metadata: MetaData) -> Table:
    """Rows are only added."""
    return Table(
        "dividend_payments",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("dividend_id", Uuid, primary_key=True),
        Column("payment_id", Uuid, primary_key=True),
        Column("share_no", Integer, nullable=False),
        Column("amount_cents", BigInteger, nullable=False),
        Column("on_day", Date, nullable=False),
        Column("marked_by", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


def _corrections(metadata: MetaData) -> Table:
    """A counter-entry moves cents from one line to another, 0 being the collective, once it is confirmed."""
    return Table(
        "dividend_corrections",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("dividend_id", Uuid, primary_key=True),
        Column("correction_id", Uuid, primary_key=True),
        Column("from_share_no", Integer, nullable=False),
        Column("to_member_id", Uuid),
        Column("to_share_no", Integer),
        Column("amount_cents", BigInteger, nullable=False),
        Column("reason", Text, nullable=False),
        Column("entered_by", Text, nullable=False),
        Column("confirmed_by", Text),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
