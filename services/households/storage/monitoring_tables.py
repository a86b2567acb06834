"""The tables of monitoring (动态监测): the six guarantees of each household."""

from dataclasses import dataclass

from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB


@dataclass(frozen=True, slots=True)
class MonitoringTables:
    sheets: Table


def monitoring_tables(metadata: MetaData) -> MonitoringTables:
    return MonitoringTables(sheets=_sheets(metadata))


def _sheets(metadata: MetaData) -> Table:
    """Each version of a household's six guarantees stays; the greatest one holds."""
    return Table(
        "guarantee_sheets",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("source", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("actor_name", Text, nullable=False),
        Column("changed", JSONB, nullable=False),
        Column("guarantees", JSONB, nullable=False),
    )
