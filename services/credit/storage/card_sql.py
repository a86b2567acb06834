"""How does PostgreSQL score whole townships on a card?

The card is compiled to one SELECT in layers: facts, means, places of the bins, points, total, band, and on demand the
trace in the same canonical bytes as `domain/score_household.py` gives for one household. The card stays the one source.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Label, Select, Subquery, Text, case, func, literal, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.sql.elements import NamedColumn

from services.credit.domain.scorecard import NO_BAND, NOT_RATED, VETOED, Card, TrimmedMean
from services.credit.storage.card_sql_bins import FactColumn, place_of
from services.credit.storage.card_sql_layers import fenced, with_columns
from services.credit.storage.card_sql_mean import with_means
from services.credit.storage.card_sql_trace import facts_text, trace_text, vetoes_text

__all__ = ["FactColumn", "score_select"]


def score_select(
    card: Card,
    source: FromClause,
    facts: Mapping[str, FactColumn],
    vetoes: ColumnElement[Any],
    keep: Sequence[NamedColumn[Any]],
    *,
    trace: bool = False,
) -> Select[Any]:
    """A SELECT with one row for each row of `source`.

    Its columns are those of `keep` under their names, then `bins` text[] and `points` integer[] in card order,
    `total` integer (NULL when not rated), `band` text; with `trace` also `trace` text and `trace_sha256` text (hex).
    `facts` maps every field of the card to columns of the source; `vetoes` is its text[] of veto codes.
    """
    read = _read(card, source, facts, vetoes, keep)
    placed = _placed(card, with_means(card, read), keep, trace=trace)
    scored = _with_band(card, _with_total(card, _with_points(card, placed)))
    answer: list[ColumnElement[Any]] = [
        *(scored.c[column.name] for column in keep),
        array(_by_bin(card, scored, "id", Text)).label("bins"),
        array([scored.c[f"points_{one.id}"] for one in card.attributes]).label("points"),
        scored.c.total,
        scored.c.band,
    ]
    if not trace:
        return select(*answer)
    traced = fenced(select(*answer, trace_text(card, scored).label("trace")))
    digest = func.encode(func.sha256(func.convert_to(traced.c.trace, "UTF8")), "hex", type_=Text())
    return select(*traced.c, digest.label("trace_sha256"))


def _read(
    card: Card,
    source: FromClause,
    facts: Mapping[str, FactColumn],
    vetoes: ColumnElement[Any],
    keep: Sequence[NamedColumn[Any]],
) -> Subquery:
    """Every fact once: `fact_…` by field, and `no_record_…` where the card asks for it."""
    values = [facts[field].value.label(f"fact_{field}") for field in card.fields]
    no_record = [
        func.coalesce(facts[field].says_no_record, False).label(f"no_record_{field}")
        for field in card.fields
        if field in card.no_record_fields
    ]
    return fenced(select(*keep, vetoes.label("veto_codes"), *values, *no_record).select_from(source))


def _placed(card: Card, layer: Subquery, keep: Sequence[NamedColumn[Any]], *, trace: bool) -> Subquery:
    """The place of the bin of every attribute, `place_…` by its id; the facts are left behind."""
    facts = {field: FactColumn(layer.c[f"fact_{field}"], layer.c.get(f"no_record_{field}")) for field in card.fields}
    means = {one.id: layer.c[f"mean_{one.id}"] for one in card.attributes if isinstance(one.measure, TrimmedMean)}
    places = [place_of(one, facts, means).label(f"place_{one.id}") for one in card.attributes]
    codes = layer.c.veto_codes
    texts: list[Label[str]] = []
    if trace:
        texts = [facts_text(card, facts).label("facts_text"), vetoes_text(codes).label("vetoes_text")]
    vetoed = (func.cardinality(codes) > 0).label("is_vetoed")
    return fenced(select(*(layer.c[column.name] for column in keep), vetoed, *places, *texts))


def _with_points(card: Card, placed: Subquery) -> Subquery:
    points = _by_bin(card, placed, "points", Integer)
    return with_columns(placed, [one.label(f"points_{of.id}") for one, of in zip(points, card.attributes, strict=True)])


def _with_total(card: Card, pointed: Subquery) -> Subquery:
    # One NULL among the points makes the sum NULL, which is what "not rated" means.
    total: ColumnElement[Any] = literal(card.base_points, Integer)
    for attribute in card.attributes:
        total = total + pointed.c[f"points_{attribute.id}"]
    return with_columns(pointed, [total.label("total")])


def _with_band(card: Card, totalled: Subquery) -> Subquery:
    total = totalled.c.total
    band = case(
        (total.is_(None), literal(NOT_RATED, Text)),
        (totalled.c.is_vetoed, literal(VETOED, Text)),
        *((total >= band.from_total, literal(band.id, Text)) for band in card.bands),
        else_=literal(NO_BAND, Text),
    )
    return with_columns(totalled, [band.label("band")])


def _by_bin(card: Card, layer: Subquery, what: str, kind: type[Integer] | type[Text]) -> list[ColumnElement[Any]]:
    """For every attribute the id or the points of the bin that stands at its place."""
    return [
        case(
            {place: literal(getattr(one, what), kind) for place, one in enumerate(attribute.every_bin, start=1)},
            value=layer.c[f"place_{attribute.id}"],
        )
        for attribute in card.attributes
    ]
