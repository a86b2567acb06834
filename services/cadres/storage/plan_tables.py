"""The tables of pairing plans: what was proposed, for whom, and what became of it."""

from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB


@dataclass(frozen=True, slots=True)
class PlanTables:
    """`lines` holds what changes, one row a household; a household that keeps its cadre has none."""

    plans: Table
    lines: Table
    cadres: Table


def plan_tables(metadata: MetaData) -> PlanTables:
    return PlanTables(_plans(metadata), _lines(metadata), _cadres(metadata))


def _plans(metadata: MetaData) -> Table:
    return Table(
        "pairing_plans",
        metadata,
        Column("plan_id", Uuid, primary_key=True),
        Column("region", Text, nullable=False),
        Column("unit_id", Uuid, ForeignKey("units.unit_id")),
        Column("as_of", Date, nullable=False),
        Column("state", Text, nullable=False),
        # True while a step is carried out, else null: one plan moves at a time.
        Column("moving", Boolean),
        Column("figures", JSONB),
        Column("ordered_by", Text, nullable=False),
        Column("ordered_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("applied_by", Text),
        Column("applied_on", Date),
        Column("undone_by", Text),
        Column("undone_on", Date),
        UniqueConstraint("moving", name="one_plan_moves"),
        CheckConstraint("moving IS NULL OR moving", name="moving_or_null"),
        Index("pairing_plans_by_region", "region", "plan_id"),
    )


def _lines(metadata: MetaData) -> Table:
    return Table(
        "pairing_plan_lines",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("plan_id", Uuid, ForeignKey("pairing_plans.plan_id"), primary_key=True),
        Column("village_code", Text, nullable=False),
        Column("cadre_id", Uuid),
        Column("pairing_id", Uuid),
        Column("previous_pairing_id", Uuid),
        Column("previous_cadre_id", Uuid),
        # The pairing that gives the household back to its former cadre when the plan is undone.
        Column("restored_pairing_id", Uuid),
        CheckConstraint("(cadre_id IS NULL) = (pairing_id IS NULL)", name="planned_cadre_with_pairing"),
        Index("pairing_plan_lines_in_order", "plan_id", "village_code", "household_id"),
    )


def _cadres(metadata: MetaData) -> Table:
    return Table(
        "pairing_plan_cadres",
        metadata,
        Column("plan_id", Uuid, ForeignKey("pairing_plans.plan_id"), primary_key=True),
        Column("cadre_id", Uuid, primary_key=True),
        Column("held", Integer, nullable=False),
        Column("given", Integer, nullable=False),
        Column("cadre_version", Integer, nullable=False),
    )
