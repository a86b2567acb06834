"""The tables of monitoring (动态监测): the six guarantees, cases with what was found and done, the problem ledger."""

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
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


@dataclass(frozen=True, slots=True)
class MonitoringTables:
    sheets: Table
    cases: Table
    findings: Table
    steps: Table
    measures: Table
    problems: Table
    problem_steps: Table


def monitoring_tables(metadata: MetaData) -> MonitoringTables:
    return MonitoringTables(
        sheets=_sheets(metadata),
        cases=_cases(metadata),
        findings=_findings(metadata),
        steps=_steps(metadata),
        measures=_measures(metadata),
        problems=_problems(metadata),
        problem_steps=_problem_steps(metadata),
    )


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


def _cases(metadata: MetaData) -> Table:
    """Its place is its household's, which may move: lists join the households."""
    return Table(
        "monitoring_cases",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("case_id", Uuid, primary_key=True),
        Column("origin", Text, nullable=False),
        Column("opened_on", Date, nullable=False),
        Column("state", Text, nullable=False),
        Column("danger", Text, nullable=False),
        Column("check_due_on", Date),
        Column("due_provisional", Boolean, nullable=False, server_default=text("false")),
        Column("checked_on", Date),
        Column("proposed_by", Text),
        Column("removed_on", Date),
        Column("version", Integer, nullable=False),
        Index(
            "one_open_case_a_class",
            "household_id",
            "danger",
            unique=True,
            postgresql_where=text("state <> 'removed'"),
        ),
        Index("monitoring_cases_by_id", "case_id"),
        Index("monitoring_checks_by_day", "check_due_on", "case_id", postgresql_where=text("check_due_on IS NOT NULL")),
    )


def _findings(metadata: MetaData) -> Table:
    """The same news about a household has the same key, so that it counts once."""
    return Table(
        "monitoring_findings",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("finding_key", Text, primary_key=True),
        Column("case_id", Uuid, nullable=False),
        Column("origin", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("actor_name", Text, nullable=False),
        Index("monitoring_findings_by_case", "household_id", "case_id"),
    )


def _steps(metadata: MetaData) -> Table:
    return Table(
        "monitoring_steps",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("case_id", Uuid, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("state", Text, nullable=False),
        Column("danger", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("actor_name", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("note", Text),
    )


def _measures(metadata: MetaData) -> Table:
    """What is done about a case (帮扶措施)."""
    return Table(
        "monitoring_measures",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("measure_id", Uuid, primary_key=True),
        Column("case_id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("what", Text, nullable=False),
        Column("responsible", Text, nullable=False),
        Column("due_on", Date),
        Column("amount_cents", BigInteger),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_on", Date, nullable=False),
        Column("done_on", Date),
        Column("result", Text),
        Index("monitoring_measures_by_case", "household_id", "case_id"),
    )


def _problems(metadata: MetaData) -> Table:
    """The ledger (问题清单). A problem stays with the village in which it was found."""
    return Table(
        "problems",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("problem_id", Uuid, primary_key=True),
        Column("household_id", Uuid),
        Column("source", Text, nullable=False),
        Column("source_id", Text),
        Column("what", Text, nullable=False),
        Column("found_by", Text, nullable=False),
        Column("found_by_name", Text, nullable=False),
        Column("found_on", Date, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("due_provisional", Boolean, nullable=False),
        Column("state", Text, nullable=False),
        Column("assignee", Text),
        Column("assignee_name", Text),
        Column("fixed_by", Text),
        Column("fixed_on", Date),
        Column("closed_on", Date),
        Column("version", Integer, nullable=False),
        UniqueConstraint("village_code", "source", "source_id", name="one_problem_a_source"),
        Index("problems_by_id", "problem_id"),
        Index("problems_by_day", "village_code", "due_on"),
        Index("problems_of_household", "household_id", postgresql_where=text("household_id IS NOT NULL")),
        Index("problems_of_assignee", "assignee", "due_on", postgresql_where=text("assignee IS NOT NULL")),
    )


def _problem_steps(metadata: MetaData) -> Table:
    return Table(
        "problem_steps",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("problem_id", Uuid, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("state", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("actor_name", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("assignee_name", Text),
        Column("note", Text),
    )
