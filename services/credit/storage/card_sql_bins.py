"""How does PostgreSQL find the bins of a card? Each attribute becomes one CASE over the same bins and edges.

Everything is whole numbers and cross-multiplication, in the order of `domain/find_bin.py`; values of a card reach
the statement as parameters only. A product of two denominators is numeric, so that it cannot overflow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Numeric,
    Text,
    and_,
    any_,
    case,
    cast,
    false,
    literal,
    not_,
    or_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.credit.domain.scorecard import Attribute, Bin, CategoryField, Edge, Ratio, TrimmedMean

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class FactColumn:
    """Where a fact stands in the source: bigint, text, or smallint[] for reviews.

    A NULL value is missing, except where `no_record` is true: there it says *no record*.
    """

    value: ColumnElement[Any]
    no_record: Condition | None = None

    @property
    def says_no_record(self) -> Condition:
        return false() if self.no_record is None else self.no_record


def place_of(
    attribute: Attribute, facts: Mapping[str, FactColumn], means: Mapping[str, ColumnElement[Any]]
) -> ColumnElement[int]:
    """The place, from 1, of the bin in `attribute.every_bin`; `means` are the trimmed means by attribute id."""
    places = {one.id: literal(place, Integer) for place, one in enumerate(attribute.every_bin, start=1)}
    columns = [facts[name] for name in attribute.measure.fields]
    null = or_(*(column.value.is_(None) for column in columns))
    if attribute.no_record is None:
        whens = [(null, attribute.missing)]
    else:
        absent = or_(*(and_(column.value.is_(None), not_(column.says_no_record)) for column in columns))
        whens = [(absent, attribute.missing), (null, attribute.no_record)]
    more, last = _measure_whens(attribute, columns, means)
    return case(*((holds, places[one.id]) for holds, one in (*whens, *more)), else_=places[last.id])


def _measure_whens(
    attribute: Attribute, columns: list[FactColumn], means: Mapping[str, ColumnElement[Any]]
) -> tuple[list[tuple[Condition, Bin]], Bin]:
    """The cases once every field has a value, and the bin for all the rest."""
    measure, value = attribute.measure, columns[0].value
    match measure:
        case CategoryField():
            listed = [(value == any_(literal(list(one.values), ARRAY(Text))), one) for one in attribute.bins]
            return listed, attribute.missing
        case Ratio():
            bottom = columns[1].value
            for column in columns[2:]:
                bottom = cast(bottom, Numeric) * column.value
            specials = _special_whens(attribute, measure, value, bottom)
            steps, last = _steps(attribute, value, bottom)
            return [*specials, *steps], last
        case TrimmedMean():
            mean = means[attribute.id]
            steps, last = _steps(attribute, mean, None)
            return [(mean.is_(None), attribute.missing), *steps], last
        case _:
            return _steps(attribute, value, None)


def _special_whens(
    attribute: Attribute, measure: Ratio, top: ColumnElement[Any], bottom: ColumnElement[Any]
) -> list[tuple[Condition, Bin]]:
    holds = {
        "numerator_zero": top == 0,
        "numerator_negative": top < 0,
        "denominator_zero": bottom == 0,
        "denominator_not_positive": bottom <= 0,
    }
    return [(holds[name], attribute.bin(bin_id)) for name, bin_id in measure.specials.items()]


def _steps(
    attribute: Attribute, top: ColumnElement[Any], bottom: ColumnElement[Any] | None
) -> tuple[list[tuple[Condition, Bin]], Bin]:
    """The bins from the lowest interval up, each told by its upper end alone, since they cover the line."""
    ends = [(one.interval.high, one) for one in attribute.bins if one.interval is not None]
    finite = sorted(((high, one) for high, one in ends if high is not None), key=lambda row: _height(row[0]))
    last = next(one for high, one in ends if high is None)
    return [(_below(edge, top, bottom), one) for edge, one in finite], last


def _below(edge: Edge, top: ColumnElement[Any], bottom: ColumnElement[Any] | None) -> Condition:
    left = top if edge.denominator == 1 else top * literal(edge.denominator, BigInteger)
    right: ColumnElement[Any] = literal(edge.numerator, BigInteger)
    if bottom is not None:
        right = right * bottom
    return left <= right if edge.closed else left < right


def _height(edge: Edge) -> tuple[Fraction, bool]:
    return Fraction(edge.numerator, edge.denominator), edge.closed
