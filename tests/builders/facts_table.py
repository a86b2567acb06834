"""Facts of households as rows of a table, and the columns by which a card finds them there."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, SmallInteger, Table, Text, any_
from sqlalchemy.dialects.postgresql import ARRAY

from services.credit.domain.scorecard import Card, CategoryField, TrimmedMean
from services.credit.storage.card_sql import FactColumn


def facts_table(card: Card, name: str) -> Table:
    """A table with a typed column for every field of the card, and the names of those known to have no record."""
    kinds = {field: one.measure for one in card.attributes for field in one.measure.fields}
    return Table(
        name,
        MetaData(),
        Column("number", Integer, primary_key=True),
        Column("vetoes", ARRAY(Text), nullable=False),
        Column("no_record", ARRAY(Text), nullable=False),
        *(Column(field, _type(kind)) for field, kind in kinds.items()),
    )


def _type(kind: object) -> Any:
    match kind:
        case CategoryField():
            return Text()
        case TrimmedMean():
            return ARRAY(SmallInteger)
        case _:
            return BigInteger()


def fact_columns(card: Card, table: Table) -> dict[str, FactColumn]:
    """How a card finds its facts in such a table."""
    return {
        field: FactColumn(table.c[field], any_(table.c.no_record) == field if field in card.no_record_fields else None)
        for field in card.fields
    }


def fact_rows(card: Card, households: Iterable[tuple[Mapping[str, Any], Iterable[str]]]) -> list[dict[str, Any]]:
    """Rows of such a table; a null fact is a NULL that `no_record` names, an absent one is a NULL only."""
    return [
        {field: facts.get(field) for field in card.fields}
        | {
            "number": number,
            "vetoes": list(vetoes),
            "no_record": [field for field in card.fields if field in facts and facts[field] is None],
        }
        for number, (facts, vetoes) in enumerate(households)
    ]
