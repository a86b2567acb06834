"""The tables of appraisals: a cadre's year by a scheme as it stood, and its deductions. Its state is its decision's."""

from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


@dataclass(frozen=True, slots=True)
class AppraisalTables:
    appraisals: Table
    deductions: Table


def appraisal_tables(metadata: MetaData) -> AppraisalTables:
    return AppraisalTables(_appraisals(metadata), _deductions(metadata))


def _appraisals(metadata: MetaData) -> Table:
    return Table(
        "appraisals",
        metadata,
        Column("cadre_id", Uuid, primary_key=True),
        Column("case_id", Uuid, primary_key=True),
        Column("year", SmallInteger, nullable=False),
        Column("pool", Text, nullable=False),
        Column("scheme", JSONB, nullable=False),
        Column("province_points", Integer, nullable=False),
        Column("province_reference", Text, nullable=False),
        Column("evaluation_points", Integer, nullable=False),
        Column("evaluation_reference", Text, nullable=False),
        Column("outstanding", Boolean, nullable=False),
        ForeignKeyConstraint(["cadre_id", "case_id"], ["decisions.cadre_id", "decisions.case_id"]),
        Index("appraisals_outstanding", "pool", "year", postgresql_where=text("outstanding")),
    )


def _deductions(metadata: MetaData) -> Table:
    return Table(
        "appraisal_deductions",
        metadata,
        Column("cadre_id", Uuid, primary_key=True),
        Column("case_id", Uuid, primary_key=True),
        Column("deduction_id", Uuid, primary_key=True),
        Column("code", Text, nullable=False),
        Column("evidence", Text, nullable=False),
        Column("ground", Uuid),
        ForeignKeyConstraint(["cadre_id", "case_id"], ["appraisals.cadre_id", "appraisals.case_id"]),
    )
