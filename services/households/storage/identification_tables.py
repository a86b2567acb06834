"""The tables of identification: courses, their chained transitions, quotas, frozen notices, objections."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.course_log import transitions_table


@dataclass(frozen=True, slots=True)
class IdentificationTables:
    cases: Table
    transitions: Table
    quotas: Table
    notices: Table
    objections: Table


def identification_tables(metadata: MetaData) -> IdentificationTables:
    return IdentificationTables(
        cases=_cases(metadata),
        transitions=transitions_table(metadata, "identification_transitions"),
        quotas=_quotas(metadata),
        notices=_notices(metadata),
        objections=_objections(metadata),
    )


def _cases(metadata: MetaData) -> Table:
    """`people` and `reviewers` are the domain's records by state, written by one storage module."""
    return Table(
        "identifications",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("case_id", Uuid, primary_key=True),
        Column("village_code", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("year", SmallInteger, nullable=False),
        Column("state", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("applied_on", Date, nullable=False),
        Column("proposed_by", Text, nullable=False),
        Column("statement", Text, nullable=False),
        Column("votes", SmallInteger),
        Column("voters", SmallInteger),
        Column("recused", SmallInteger),
        Column("vote_income_cents", BigInteger),
        Column("vote_people", SmallInteger),
        Column("notice_1", Uuid),
        Column("notice_1_line", SmallInteger),
        Column("notice_1_on", Date),
        Column("notice_2", Uuid),
        Column("notice_2_line", SmallInteger),
        Column("notice_2_on", Date),
        Column("entered_on", Date),
        Column("people", JSONB, nullable=False),
        Column("reviewers", JSONB, nullable=False),
        # On its way: only one course of a household at a time.
        Index(
            "one_identification_at_a_time",
            "household_id",
            unique=True,
            postgresql_where=text("state NOT IN ('COUNTY_ENTRY', 'REFUSED', 'NOT_SELECTED', 'REMOVED', 'WITHDRAWN')"),
        ),
        Index("identifications_by_id", "case_id"),
        Index("identifications_by_village", "village_code", "case_id"),
    )


def _quotas(metadata: MetaData) -> Table:
    """规模控制: how many households a village may identify in a year; the row is the guard of its last place."""
    return Table(
        "identification_quotas",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("year", SmallInteger, primary_key=True),
        Column("places", Integer, nullable=False),
        Column("document", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("set_by", Text, nullable=False),
        Column("set_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


def _notices(metadata: MetaData) -> Table:
    """`document` is all that is public, frozen with its SHA-256."""
    return Table(
        "identification_notices",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("notice_id", Uuid, primary_key=True),
        Column("stage", Text, nullable=False),
        Column("posted_on", Date, nullable=False),
        Column("last_day", Date, nullable=False),
        Column("policy_version", Text, nullable=False),
        Column("document", JSONB, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("posted_by", Text, nullable=False),
        Index("identification_notices_by_id", "notice_id"),
    )


def _objections(metadata: MetaData) -> Table:
    """`receipt` is the SHA-256 of a random code that only the objector has; an open objector's name and phone are
    encrypted."""
    return Table(
        "notice_objections",
        metadata,
        Column("household_id", Uuid, primary_key=True),
        Column("objection_id", Uuid, primary_key=True),
        Column("case_id", Uuid, nullable=False),
        Column("village_code", Text, nullable=False),
        Column("notice_id", Uuid, nullable=False),
        Column("line", SmallInteger, nullable=False),
        Column("statement", LargeBinary, nullable=False),
        Column("name", LargeBinary),
        Column("phone", LargeBinary),
        Column("receipt", LargeBinary, nullable=False),
        Column("opened_on", Date, nullable=False),
        Column("outcome", Text),
        Column("answer", Text),
        Column("decided_by", Text),
        Column("decided_on", Date),
        Index("notice_objections_by_receipt", "receipt"),
        Index("notice_objections_by_notice", "notice_id", "objection_id"),
        Index("notice_objections_open", "household_id", postgresql_where=text("outcome IS NULL")),
    )
