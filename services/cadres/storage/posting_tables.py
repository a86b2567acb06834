"""The tables around a posting: how its holder was chosen, what was made clear, which care was given."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY


@dataclass(frozen=True, slots=True)
class PostingTables:
    selections: Table
    terms: Table
    care: Table


def posting_tables(metadata: MetaData) -> PostingTables:
    return PostingTables(_selections(metadata), _terms(metadata), _care(metadata))


def _selections(metadata: MetaData) -> Table:
    return Table(
        "selections",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("selection_id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("cadre_id", Uuid, ForeignKey("cadres.cadre_id"), nullable=False),
        Column("state", Text, nullable=False),
        Column("statement", Text),
        Column("recommendation", Text),
        Column("findings", Text),
        Column("applied_by", Text, nullable=False),
        Column("applied_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("recommended_by", Text),
        Column("recommended_at", DateTime(timezone=True)),
        Column("examined_by", Text),
        Column("examined_at", DateTime(timezone=True)),
        Index("selections_by_id", "selection_id"),
        Index("selections_by_cadre", "cadre_id"),
        Index(
            "one_open_selection",
            "village_code",
            "kind",
            "cadre_id",
            unique=True,
            postgresql_where=text("state IN ('applied', 'recommended', 'passed')"),
        ),
    )


def _terms(metadata: MetaData) -> Table:
    return Table(
        "posting_terms",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("post_id", Uuid, primary_key=True),
        Column("conditions", Text, nullable=False),
        Column("position", Text, nullable=False),
        Column("allowance", Text, nullable=False),
        Column("time", Text, nullable=False),
        Column("training", Text, nullable=False),
        Column("discipline", Text, nullable=False),
        Column("duties", ARRAY(Text), nullable=False),
        ForeignKeyConstraint(["village_code", "post_id"], ["posts.village_code", "posts.post_id"]),
    )


def _care(metadata: MetaData) -> Table:
    return Table(
        "care_records",
        metadata,
        Column("village_code", Text, primary_key=True),
        Column("care_id", Uuid, primary_key=True),
        Column("post_id", Uuid, nullable=False),
        Column("cadre_id", Uuid, ForeignKey("cadres.cadre_id"), nullable=False),
        Column("kind", Text, nullable=False),
        Column("done_on", Date, nullable=False),
        Column("amount_cents", BigInteger),
        Column("note", Text),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        ForeignKeyConstraint(["village_code", "post_id"], ["posts.village_code", "posts.post_id"]),
        Index("care_records_of_post", "village_code", "post_id", "cadre_id"),
    )
