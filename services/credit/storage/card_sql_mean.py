"""How does PostgreSQL take a trimmed mean quickly?

A subquery over the elements costs more than all the rest of a card, so the first dozen elements are read once into
columns, where GREATEST and LEAST pass over the NULLs of a shorter list; only a longer list goes through a subquery.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Subquery, case, cast, func, null, or_, select

from services.credit.domain.scorecard import Card, TrimmedMean
from services.credit.storage.card_sql_layers import fenced, with_columns

_UNROLLED = range(1, 13)


def with_means(card: Card, read: Subquery) -> Subquery:
    """The layer `read`, with its columns `fact_…` by field, and a column `mean_…` for every attribute of that kind."""
    measures = {one.id: one.measure for one in card.attributes if isinstance(one.measure, TrimmedMean)}
    if not measures:
        return read
    fields = sorted({measure.field for measure in measures.values()})
    elements = [
        cast(read.c[f"fact_{field}"][place], BigInteger).label(f"element_{place}_{field}")
        for field in fields
        for place in _UNROLLED
    ]
    layer = with_columns(read, elements)
    means = [_mean(measure, layer).label(f"mean_{name}") for name, measure in measures.items()]
    return fenced(select(*(layer.c[column.name] for column in read.c), *means))


def _mean(measure: TrimmedMean, layer: Subquery) -> ColumnElement[Any]:
    """The mean without one highest and one lowest, half up; NULL for too few."""
    values = layer.c[f"fact_{measure.field}"]
    count = func.cardinality(values)
    elements = [layer.c[f"element_{place}_{measure.field}"] for place in _UNROLLED]
    total: ColumnElement[Any] = elements[0]
    for element in elements[1:]:
        total = total + func.coalesce(element, 0)
    short = _half_up(total - func.greatest(*elements) - func.least(*elements), count - 2)
    return case(
        (or_(values.is_(None), count < measure.at_least), null()),
        (count <= len(_UNROLLED), short),
        else_=_long_mean(values),
    )


def _long_mean(values: ColumnElement[Any]) -> ColumnElement[Any]:
    value = func.unnest(values, type_=BigInteger()).column_valued("element")
    total = cast(func.sum(value), BigInteger)
    return select(_half_up(total - func.max(value) - func.min(value), func.count() - 2)).scalar_subquery()


def _half_up(kept: ColumnElement[Any], count: ColumnElement[Any]) -> ColumnElement[Any]:
    return (2 * cast(kept, BigInteger) + count) // (2 * cast(count, BigInteger))
