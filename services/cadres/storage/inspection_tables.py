"""The tables of inspections, their findings, and democratic evaluations."""

from dataclasses import dataclass

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)

from shared.course_log import transitions_table


@dataclass(frozen=True, slots=True)
class InspectionTables:
    inspections: Table
    findings: Table
    transitions: Table
    evaluations: Table
    voters: Table


def inspection_tables(metadata: MetaData) -> InspectionTables:
    steps = transitions_table(metadata, "inspection_finding_transitions", "village_code", "finding_id", Text)
    return InspectionTables(
        _inspections(metadata), _findings(metadata), steps, _evaluations(metadata), _voters(metadata)
    )


def _inspections(metadata: MetaData) -> Table:
    return Table(
        "inspections",
        metadata,
        Column("inspection_id", Uuid, primary_key=True),
        Column("region_code", Text, nullable=False),
        Column("cycle", Text, nullable=False),
        Column("period", Date, nullable=False),
        Column("population", Text, nullable=False),
        Column("size", Integer, nullable=False),
        Column("seed", Text, nullable=False),
        Column("population_sha256", Text, nullable=False),
        Column("sample", ARRAY(Text), nullable=False),
        Column("drawn_from", ARRAY(Text), nullable=False),
        Column("drawn_by", Text, nullable=False),
        Column("drawn_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        UniqueConstraint("region_code", "cycle", "period", name="one_sample_a_period"),
        Index("inspections_by_region", "region_code", "inspection_id"),
    )


def _findings(metadata: MetaData) -> Table:
    return Table(
        "inspection_findings",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("finding_id", Uuid, primary_key=True),
        Column("inspection_id", Uuid, ForeignKey("inspections.inspection_id"), nullable=False),
        Column("item", Text, nullable=False),
        Column("what", Text, nullable=False),
        Column("found_on", Date, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("state", Text, nullable=False),
        Column("rectified_by", Text),
        Column("note", Text),
        Column("found_by", Text, nullable=False),
        Column("version", Integer, nullable=False, server_default="1"),
        Index("inspection_findings_by_id", "finding_id"),
        Index("inspection_findings_of_inspection", "inspection_id"),
    )


def _evaluations(metadata: MetaData) -> Table:
    return Table(
        "evaluations",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("evaluation_id", Uuid, primary_key=True),
        Column("cadre_id", Uuid, ForeignKey("cadres.cadre_id"), nullable=False),
        Column("opened_on", Date, nullable=False),
        Column("last_day", Date, nullable=False),
        Column("answers", ARRAY(Text), nullable=False),
        Column("least_ballots", Integer, nullable=False),
        Column("tally", LargeBinary, nullable=False),
        Column("opened_by", Text, nullable=False),
        Index("evaluations_by_id", "evaluation_id"),
        Index("evaluations_of_cadre", "cadre_id", "last_day"),
    )


def _voters(metadata: MetaData) -> Table:
    """Who may vote and whether they did; never what, never when."""
    return Table(
        "evaluation_voters",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("evaluation_id", Uuid, primary_key=True),
        Column("village_code", Text, nullable=False),
        Column("voted", Boolean, nullable=False),
        ForeignKeyConstraint(
            ["village_code", "evaluation_id"], ["evaluations.village_code", "evaluations.evaluation_id"]
        ),
        Index("evaluation_voters_of_evaluation", "evaluation_id"),
    )
