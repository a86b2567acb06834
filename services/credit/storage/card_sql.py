"""How does PostgreSQL score whole townships on a card?

The card is compiled to one SELECT: places of the bins, then points, total, band, and on demand the trace in the same
canonical bytes as `domain/score_household.py` gives for one household. The card stays the one source of the rule.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Subquery,
    Text,
    case,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.sql.elements import KeyedColumnElement

from services.credit.domain.scorecard import NO_BAND, NOT_RATED, VETOED, Card, TrimmedMean
from services.credit.storage.card_sql_bins import FactColumn, mean_of, place_of
from services.credit.storage.card_sql_trace import facts_text, trace_text, vetoes_text

__all__ = ["FactColumn", "score_select"]


def score_select(
    card: Card,
    source: FromClause,
    facts: Mapping[str, FactColumn],
    vetoes: ColumnElement[Any],
    keep: Sequence[KeyedColumnElement[Any]],
    *,
    trace: bool = False,
) -> Select[Any]:
    """A SELECT with one row for each row of `source`.

    Its columns are those of `keep` under their names, then `bins` text[] and `points` integer[] in card order,
    `total` integer (NULL when not rated), `band` text; with `trace` also `trace` text and `trace_sha256` text (hex).
    `facts` maps every field of the card to columns of the source; `vetoes` is its text[] of veto codes.
    """
    extra: list[KeyedColumnElement[Any]] = [(func.cardinality(vetoes) > 0).label("is_vetoed")]
    if trace:
        extra += [facts_text(card, facts).label("facts_text"), vetoes_text(vetoes).label("vetoes_text")]
    scored = _with_band(card, _with_total(card, _with_points(card, _with_places(card, source, facts, [*keep, *extra]))))
    columns: list[ColumnElement[Any]] = [
        *(scored.c[column.name] for column in keep),
        array(_bin_ids(card, scored)).label("bins"),
        array([scored.c[_points(number)] for number, _ in enumerate(card.attributes)]).label("points"),
        scored.c.total,
        scored.c.band,
    ]
    if not trace:
        return select(*columns)
    places = [scored.c[_place(number)] for number, _ in enumerate(card.attributes)]
    written = trace_text(card, places, scored.c.facts_text, scored.c.vetoes_text, scored.c.total, scored.c.band)
    traced = _fenced(select(*columns, written.label("trace")))
    digest = func.encode(func.sha256(func.convert_to(traced.c.trace, "UTF8")), "hex", type_=Text())
    return select(*traced.c, digest.label("trace_sha256"))


def _with_places(
    card: Card, source: FromClause, facts: Mapping[str, FactColumn], keep: Sequence[KeyedColumnElement[Any]]
) -> Subquery:
    places = []
    for number, attribute in enumerate(card.attributes):
        mean: ColumnElement[Any] | None = None
        if isinstance(attribute.measure, TrimmedMean):
            beside = mean_of(attribute.measure, facts)
            source, mean = source.join(beside, true()), beside.c.mean
        places.append(place_of(attribute, facts, mean).label(_place(number)))
    return _fenced(select(*keep, *places).select_from(source))


def _with_points(card: Card, placed: Subquery) -> Subquery:
    points = [
        case(
            {place: literal(one.points, Integer) for place, one in enumerate(attribute.every_bin, start=1)},
            value=placed.c[_place(number)],
        ).label(_points(number))
        for number, attribute in enumerate(card.attributes)
    ]
    return _fenced(select(*placed.c, *points))


def _with_total(card: Card, pointed: Subquery) -> Subquery:
    # One NULL among the points makes the sum NULL, which is what "not rated" means.
    total: ColumnElement[Any] = literal(card.base_points, Integer)
    for number, _ in enumerate(card.attributes):
        total = total + pointed.c[_points(number)]
    return _fenced(select(*pointed.c, total.label("total")))


def _with_band(card: Card, totalled: Subquery) -> Subquery:
    total = totalled.c.total
    band = case(
        (total.is_(None), literal(NOT_RATED, Text)),
        (totalled.c.is_vetoed, literal(VETOED, Text)),
        *((total >= band.from_total, literal(band.id, Text)) for band in card.bands),
        else_=literal(NO_BAND, Text),
    )
    return _fenced(select(*totalled.c, band.label("band")))


def _bin_ids(card: Card, scored: Subquery) -> list[ColumnElement[str]]:
    return [
        case(
            {place: literal(one.id, Text) for place, one in enumerate(attribute.every_bin, start=1)},
            value=scored.c[_place(number)],
        )
        for number, attribute in enumerate(card.attributes)
    ]


def _fenced(statement: Select[Any]) -> Subquery:
    """OFFSET 0 keeps the planner from folding the layer into the next, which would compute each CASE many times."""
    return statement.offset(literal(0, BigInteger)).subquery()


def _place(number: int) -> str:
    return f"place_{number}"


def _points(number: int) -> str:
    return f"points_{number}"
