"""The tables of the life of a grade: cases, their chained transitions, notices, objections, recommendations, grades."""

from dataclasses import dataclass

from sqlalchemy import (
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
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.course_log import transitions_table


@dataclass(frozen=True, slots=True)
class CourseTables:
    cases: Table
    transitions: Table
    notices: Table
    objections: Table
    recommendations: Table
    grades: Table


def course_tables(metadata: MetaData) -> CourseTables:
    return CourseTables(
        cases=_cases(metadata),
        transitions=transitions_table(metadata, "grade_transitions"),
        notices=_notices(metadata),
        objections=_objections(metadata),
        recommendations=_recommendations(metadata),
        grades=_grades(metadata),
    )


def _cases(metadata: MetaData) -> Table:
    """`score`, `decision`, `lowering`, `revocation`, `people` are the domain's records, written by one storage module.

    `basis`: `initial` when the grade was first set by a run, else `course`. `collector_name`: as the collector signs,
    because the village's reviewers are known by their names only.
    """
    return Table(
        "grade_cases",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("case_id", Uuid, primary_key=True),
        Column("village_code", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("score", JSONB(none_as_null=True)),
        Column("notice_1", Uuid),
        Column("notice_1_on", Date),
        Column("notice_2", Uuid),
        Column("notice_2_on", Date),
        Column("decision", JSONB(none_as_null=True)),
        Column("effective_on", Date),
        Column("valid_until", Date),
        Column("reviewed_on", Date),
        Column("suspended_from", Text),
        Column("lowering", JSONB(none_as_null=True)),
        Column("people", JSONB, nullable=False),
        Column("revocation", JSONB(none_as_null=True)),
        Column("collector_name", Text),
        Column("basis", Text, nullable=False, server_default="course"),
        Column("opened_by", Text, nullable=False),
        Column("opened_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        *_case_indexes(),
    )


def _case_indexes() -> tuple[Index, ...]:
    return (
        # On its way to a grade: only one case of a household at a time.
        Index(
            "one_course_at_a_time",
            "household_id",
            unique=True,
            postgresql_where=text("effective_on IS NULL AND state <> 'WITHDRAWN'"),
        ),
        Index("grade_cases_by_id", "case_id"),
        Index("grade_cases_by_village", "village_code", "state"),
        Index(
            "grade_cases_by_last_day",
            "valid_until",
            postgresql_where=text("state = ANY ('{EFFECTIVE,ANNUAL_REVIEW,DOWNGRADED,SUSPENDED}')"),
        ),
    )


def _notices(metadata: MetaData) -> Table:
    """`lines`: masked name and grade, nothing else, frozen with their SHA-256; `cases`: whose they are."""
    return Table(
        "grade_notices",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("notice_id", Uuid, primary_key=True),
        Column("stage", Text, nullable=False),
        Column("posted_on", Date, nullable=False),
        Column("first_free_day", Date, nullable=False),
        Column("policy_version", Text, nullable=False),
        Column("lines", JSONB, nullable=False),
        Column("cases", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
        Column("sha256", Text, nullable=False),
        Column("posted_by", Text, nullable=False),
        Index("grade_notices_by_id", "notice_id"),
    )


def _objections(metadata: MetaData) -> Table:
    """`settled`: an error that was found has been dealt with, the case being collected anew.

    `notice_id`: made to a public notice, by whoever `objector` names, or by nobody who gave a name.
    """
    return Table(
        "grade_objections",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("objection_id", Uuid, primary_key=True),
        Column("case_id", Uuid),
        Column("about", Text, nullable=False),
        Column("statement", Text, nullable=False),
        Column("opened_by", Text, nullable=False),
        Column("opened_on", Date, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("outcome", Text),
        Column("answer", Text),
        Column("decided_by", Text),
        Column("decided_on", Date),
        Column("settled", Boolean, nullable=False, server_default=false()),
        Column("notice_id", Uuid),
        Column("objector", Text),
        Index("objections_open", "household_id", postgresql_where=text("outcome IS NULL")),
        Index("objections_by_id", "objection_id"),
    )


def _recommendations(metadata: MetaData) -> Table:
    """`set_aside`: it spoke of what was collected before; its case has been collected anew since."""
    return Table(
        "recommendations",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("recommendation_id", Uuid, primary_key=True),
        Column("case_id", Uuid, nullable=False),
        Column("partner_id", Text, nullable=False),
        Column("reference", Text, nullable=False),
        Column("band", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("set_aside", Boolean, nullable=False, server_default=false()),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


def _grades(metadata: MetaData) -> Table:
    """The grade of a household by the full course, one at most. `band` is what it counts as: under a veto `vetoed`."""
    return Table(
        "grades",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("case_id", Uuid, nullable=False),
        Column("village_code", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("facts_version", Integer, nullable=False),
        Column("total", SmallInteger),
        Column("band", Text, nullable=False),
        Column("bins", ARRAY(Text), nullable=False),
        Column("points", ARRAY(SmallInteger), nullable=False),
        Column("vetoes", ARRAY(Text), nullable=False),
        Column("trace_sha256", Text, nullable=False),
        Column("card_id", Text, nullable=False),
        Column("card_version", Integer, nullable=False),
        Column("as_of", Date, nullable=False),
        Column("effective_on", Date, nullable=False),
        Column("valid_until", Date, nullable=False),
        Column("basis", Text, nullable=False, server_default="course"),
        Index("grades_by_village", "village_code"),
    )
