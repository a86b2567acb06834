"""The tables of visits: what was found, what became of it, the photos, and who looked at a household's visits."""

from dataclasses import dataclass

from sqlalchemy import (
    Column,
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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.files import files_table


@dataclass(frozen=True, slots=True)
class VisitTables:
    visits: Table
    last: Table
    findings: Table
    outcomes: Table
    looks: Table
    photos: Table


def visit_tables(metadata: MetaData) -> VisitTables:
    return VisitTables(
        visits=_visits(metadata),
        last=_last(metadata),
        findings=_findings(metadata),
        outcomes=_outcomes(metadata),
        looks=_looks(metadata),
        photos=files_table(metadata),
    )


def _visits(metadata: MetaData) -> Table:
    """`visited_at` is the phone's time, `entered_at` the server's; a void one says since when, by whom and why."""
    return Table(
        "visits",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("visit_id", Uuid, primary_key=True),
        Column("village_code", Text, nullable=False),
        Column("cadre_id", Uuid, ForeignKey("cadres.cadre_id"), nullable=False),
        Column("kind", Text, nullable=False),
        Column("visited_at", DateTime(timezone=True), nullable=False),
        Column("participants", ARRAY(Text), nullable=False),
        Column("note", Text),
        Column("entered_by", Text, nullable=False),
        Column("entered_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("void_at", DateTime(timezone=True)),
        Column("void_by", Text),
        Column("void_by_name", Text),
        Column("void_reason", Text),
        Index("visits_by_id", "visit_id"),
        Index("visits_of_household", "household_id", "visited_at", "visit_id"),
        Index("visits_by_village", "village_code", "visited_at"),
        Index("visits_by_day", "visited_at", "visit_id"),
        Index("visits_by_cadre", "cadre_id", "visited_at"),
    )


def _last(metadata: MetaData) -> Table:
    """When each household was last visited, so that a place's unvisited ones are found without its visits."""
    return Table(
        "last_visits",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("visited_at", DateTime(timezone=True), nullable=False),
    )


def _findings(metadata: MetaData) -> Table:
    return Table(
        "visit_findings",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("visit_id", Uuid, primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("kind", Text, nullable=False),
        Column("what", Text, nullable=False),
        Column("details", JSONB, nullable=False),
        ForeignKeyConstraint(["household_id", "visit_id"], ["visits.household_id", "visits.visit_id"]),
    )


def _outcomes(metadata: MetaData) -> Table:
    """What the households service made of each finding, as it last said: taken on, or refused and why."""
    return Table(
        "visit_outcomes",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("finding_id", Uuid, primary_key=True),
        Column("state", Text, nullable=False),
        Column("code", Text),
        Column("message", Text),
    )


def _looks(metadata: MetaData) -> Table:
    """Each look of another at one household's visits; the household reads them."""
    return Table(
        "visit_looks",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("look_id", Uuid, primary_key=True),
        Column("actor", Text, nullable=False),
        Column("actor_name", Text, nullable=False),
        Column("what", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
