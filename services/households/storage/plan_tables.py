"""The tables of plans: a household's measures and their steps, its income plans, a village's three-year plan."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
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
from sqlalchemy.dialects.postgresql import INT4RANGE, JSONB, ExcludeConstraint


@dataclass(frozen=True, slots=True)
class PlanTables:
    measures: Table
    measure_steps: Table
    income_plans: Table
    village_plans: Table


def plan_tables(metadata: MetaData) -> PlanTables:
    return PlanTables(_measures(metadata), _steps(metadata), _income_plans(metadata), _village_plans(metadata))


def _measures(metadata: MetaData) -> Table:
    return Table(
        "household_measures",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("measure_id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("owner", Text, nullable=False),
        Column("amount_cents", BigInteger, nullable=False),
        Column("starts_on", Date, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("cause", Text),
        Column("state", Text, nullable=False),
        Column("spent_cents", BigInteger),
        Column("done_by", Text),
        Column("note", Text),
        Column("version", Integer, nullable=False, server_default="1"),
        Column("written_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("household_measures_by_due_day", "due_on", postgresql_where=text("state IN ('planned', 'under_way')")),
    )


def _steps(metadata: MetaData) -> Table:
    """Who took a measure to which state when; rows are only added."""
    return Table(
        "household_measure_steps",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("measure_id", Uuid, primary_key=True),
        Column("version", Integer, primary_key=True),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("state", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("actor_name", Text, nullable=False),
        Column("note", Text),
    )


def _income_plans(metadata: MetaData) -> Table:
    """The sums stand beside the projects that they are the sums of, so that totals of a place are one scan."""
    return Table(
        "income_plans",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("year", SmallInteger, primary_key=True),
        Column("people", SmallInteger, nullable=False),
        Column("projects", JSONB, nullable=False),
        Column("expected_cents", BigInteger, nullable=False),
        Column("achieved_cents", BigInteger),
        Column("version", Integer, nullable=False, server_default="1"),
        Column("written_by", Text, nullable=False),
        Column("written_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("income_plans_by_year", "year", "household_id"),
    )


def _village_plans(metadata: MetaData) -> Table:
    """The years of two plans of a village never overlap, decided by the database."""
    return Table(
        "village_plans",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("plan_id", Uuid, primary_key=True),
        Column("first_year", SmallInteger, nullable=False),
        Column("last_year", SmallInteger, nullable=False),
        Column("years", INT4RANGE, Computed("int4range(first_year, last_year + 1)", persisted=True)),
        Column("aim", Text, nullable=False),
        Column("projects", JSONB, nullable=False),
        Column("drafted_by", Text, nullable=False),
        Column("adopted_by", Text),
        Column("adopted_at", DateTime(timezone=True)),
        Column("version", Integer, nullable=False, server_default="1"),
        Column("written_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        ExcludeConstraint(("village_code", "="), ("years", "&&"), name="one_village_plan_a_year", using="gist"),
    )
