"""The tables of decisions about a person: the decision as it stands, and its chained transitions."""

from dataclasses import dataclass

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, MetaData, SmallInteger, Table, Text, Uuid, text

from shared.course_log import transitions_table


@dataclass(frozen=True, slots=True)
class DecisionTables:
    decisions: Table
    transitions: Table


def decision_tables(metadata: MetaData) -> DecisionTables:
    return DecisionTables(_decisions(metadata), transitions_table(metadata, "decision_transitions", "cadre_id"))


def _decisions(metadata: MetaData) -> Table:
    return Table(
        "decisions",
        metadata,
        Column("cadre_id", Uuid, ForeignKey("cadres.cadre_id"), primary_key=True),
        Column("case_id", Uuid, primary_key=True),
        Column("region_code", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("evidence", Text, nullable=False),
        Column("noticed_on", Date, nullable=False),
        Column("noticed_by", Text, nullable=False),
        Column("round", Integer),
        Column("exempts", Uuid),
        Column("rests_on", Uuid),
        Column("priority", Text),
        Column("year", SmallInteger),
        Column("state", Text, nullable=False),
        Column("decided_on", Date),
        Column("decided_by", Text),
        Column("version", Integer, nullable=False),
        # A cadre's year is appraised once: one that is neither dropped nor lifted leaves no room for another.
        Index(
            "one_appraisal_of_a_year",
            "cadre_id",
            "year",
            unique=True,
            postgresql_where=text("kind = 'appraisal' AND state NOT IN ('dropped', 'lifted')"),
        ),
        Index("decisions_by_id", "case_id"),
        Index("decisions_by_region", "region_code", "case_id"),
    )
