"""The tables of pairings between organisations and villages, and of what they do together."""

from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint


@dataclass(frozen=True, slots=True)
class VillagePairingTables:
    pairings: Table
    activities: Table


def village_pairing_tables(metadata: MetaData) -> VillagePairingTables:
    return VillagePairingTables(_pairings(metadata), _activities(metadata))


def _pairings(metadata: MetaData) -> Table:
    return Table(
        "village_pairings",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("village_pairing_id", Uuid, primary_key=True),
        Column("unit_id", Uuid, ForeignKey("units.unit_id"), nullable=False),
        Column("kind", Text, nullable=False),
        Column("agreement", Text),
        Column("started_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("during", DATERANGE, Computed("daterange(started_on, ended_on)", persisted=True)),
        Column("end_note", Text),
        Column("paired_by", Text, nullable=False),
        Column("ended_by", Text),
        Column("written_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("version", Integer, nullable=False, server_default="1"),
        ExcludeConstraint(
            ("village_code", "="),
            ("unit_id", "="),
            ("kind", "="),
            ("during", "&&"),
            name="one_pairing_of_unit_and_village",
            using="gist",
        ),
        Index("village_pairings_by_id", "village_pairing_id"),
        Index("village_pairings_by_unit", "unit_id"),
    )


def _activities(metadata: MetaData) -> Table:
    return Table(
        "branch_activities",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("activity_id", Uuid, primary_key=True),
        Column("village_pairing_id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("held_on", Date, nullable=False),
        Column("people", Integer, nullable=False),
        Column("note", Text),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        ForeignKeyConstraint(
            ["village_code", "village_pairing_id"],
            ["village_pairings.village_code", "village_pairings.village_pairing_id"],
        ),
        Index("branch_activities_of_pairing", "village_code", "village_pairing_id", "held_on"),
    )
