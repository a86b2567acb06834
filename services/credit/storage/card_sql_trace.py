"""How does PostgreSQL write the trace of a score in canonical JSON (RFC 8785)?

The keys of a trace are known beforehand, so the statement only joins texts in their order; `to_json` of a text
escapes exactly what RFC 8785 escapes.
"""

from collections.abc import Mapping
from typing import Any

import rfc8785
from sqlalchemy import BigInteger, ColumnElement, Subquery, Text, case, cast, func, literal, select

from services.credit.domain.scorecard import Attribute, Card, CategoryField, TrimmedMean
from services.credit.storage.card_sql_bins import FactColumn


def facts_text(card: Card, facts: Mapping[str, FactColumn]) -> ColumnElement[str]:
    """The object of the facts that the card reads; what is missing is left out."""
    kinds = {name: one.measure for one in card.attributes for name in one.measure.fields}
    parts = []
    for name in sorted(card.fields, key=lambda text: text.encode("utf-16-be")):
        column, key = facts[name], _json(name) + ":"
        written = literal(key, Text) + _value_text(kinds[name], column.value)
        whens: list[tuple[ColumnElement[bool], ColumnElement[str]]] = [(column.value.is_not(None), written)]
        if column.no_record is not None and name in card.no_record_fields:
            whens.append((column.no_record, literal(key + "null", Text)))
        parts.append(case(*whens))
    return literal("{", Text) + func.concat_ws(",", *parts, type_=Text()) + literal("}", Text)


def vetoes_text(vetoes: ColumnElement[Any]) -> ColumnElement[str]:
    """The sorted list of the distinct veto codes."""
    code = func.unnest(vetoes, type_=Text()).column_valued("veto")
    distinct = select(code.collate("C").label("code")).distinct().order_by("code").scalar_subquery()
    listed = cast(func.to_json(func.array(distinct)), Text)
    return case((func.cardinality(vetoes) > 0, listed), else_=literal("[]", Text))


def trace_text(card: Card, scored: Subquery) -> ColumnElement[str]:
    """The whole trace from a layer that has places of bins, texts of facts and vetoes, total and band."""
    known = {"id": card.id, "version": card.version, "sha256": card.sha256}
    lines = (_line(attribute, scored.c[f"place_{attribute.id}"]) for attribute in card.attributes)
    return func.concat(
        literal('{"attributes":[', Text),
        func.concat_ws(",", *lines, type_=Text()),
        literal('],"band":', Text),
        cast(func.to_json(scored.c.band), Text),
        literal(f',"base_points":{card.base_points},"card":{_json(known)},"facts":', Text),
        scored.c.facts_text,
        literal(',"total":', Text),
        func.coalesce(cast(scored.c.total, Text), literal("null", Text)),
        literal(',"vetoes":', Text),
        scored.c.vetoes_text,
        literal("}", Text),
        type_=Text(),
    )


def _line(attribute: Attribute, place: ColumnElement[int]) -> ColumnElement[str]:
    """What the trace says of an attribute depends on its bin alone."""
    lines = {
        number: literal(_json({"id": attribute.id, "bin": one.id, "points": one.points}), Text)
        for number, one in enumerate(attribute.every_bin, start=1)
    }
    return case(lines, value=place)


def _value_text(kind: object, value: ColumnElement[Any]) -> ColumnElement[str]:
    match kind:
        case CategoryField():
            return cast(func.to_json(value), Text)
        case TrimmedMean():
            return literal("[", Text) + func.array_to_string(value, ",", type_=Text()) + literal("]", Text)
        case _:
            return cast(cast(value, BigInteger), Text)


def _json(value: Any) -> str:
    return rfc8785.dumps(value).decode()
