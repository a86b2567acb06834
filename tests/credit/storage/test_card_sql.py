"""PostgreSQL scores a whole place exactly as the engine scores one household, byte for byte."""

from collections.abc import AsyncIterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Select, Table
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from services.credit.domain.card_document import card_from_document
from services.credit.domain.score_household import score
from services.credit.domain.scorecard import Card
from services.credit.storage.card_sql import score_select
from tests.builders.facts_table import fact_columns, fact_rows, facts_table
from tests.builders.german_credit import german_card, german_facts, german_scores
from tests.builders.random_cards import LAW_IN_DATABASE, card_documents, facts, vetoes
from tests.builders.worked_cases import H1, H3, H4, H6, rural_household
from tests.conftest import FreshDatabase


@pytest.fixture
async def connection(fresh_database: FreshDatabase) -> AsyncIterator[AsyncConnection]:
    urls = await fresh_database()
    engine = create_async_engine(urls["credit"].owner)
    async with engine.connect() as connected:
        yield connected
    await engine.dispose()


Household = tuple[Mapping[str, Any], Sequence[str]]


@lru_cache(maxsize=2)
def _prepared(card: Card) -> tuple[Table, Select[Any]]:
    table = facts_table(card, "facts_of_test")
    statement = score_select(card, table, fact_columns(card, table), table.c.vetoes, [table.c.number], trace=True)
    return table, statement.order_by("number")


async def _scored_by_sql(connection: AsyncConnection, card: Card, households: Sequence[Household]) -> list[Any]:
    table, statement = _prepared(card)
    await connection.run_sync(table.metadata.create_all)
    await connection.execute(table.insert(), fact_rows(card, households))
    return list(await connection.execute(statement))


async def _same_as_single(connection: AsyncConnection, card: Card, households: Sequence[Household]) -> list[Any]:
    rows = await _scored_by_sql(connection, card, households)
    await connection.rollback()
    assert [row.number for row in rows] == list(range(len(households)))
    for row, (known, codes) in zip(rows, households, strict=True):
        single = score(card, known, codes)
        assert (row.bins, row.points) == (list(single.bins.values()), list(single.points.values()))
        assert (row.total, row.band) == (single.total, single.band)
        assert row.trace.encode() == single.trace_bytes
        assert row.trace_sha256 == single.trace_sha256
    return rows


async def test_the_worked_cases_score_the_same_in_a_batch(connection: AsyncConnection) -> None:
    without = {name: value for name, value in H1.items() if name != "people"}
    households = [(H1, ()), (H3, ()), (H4, ()), (H6, ()), (H1, ("V1",)), (without, ("V2",)), (H1 | {"reviews": []}, ())]
    rows = await _same_as_single(connection, rural_household(), households)
    assert [(row.total, row.band) for row in rows] == [
        *((83, "AAA"), (66, "A"), (55, "none"), (82, "AAA"), (83, "vetoed"), (None, "not_rated"), (None, "not_rated"))
    ]


async def test_the_largest_values_and_a_whole_village_of_reviewers_do_not_overflow(connection: AsyncConnection) -> None:
    largest = H1 | {"people": 10**12, "county_median_cents": 10**12, "net_income_cents": 10**12}
    households = [
        (largest | {"debt_service_cents": 10**12, "net_assets_cents": -(10**12)}, ()),
        (H1 | {"reviews": [0, 10, *range(11), 9, 9, 10]}, ()),
        (H1 | {"reviews": [7, 8] * 500}, ("V1",)),
        (H1 | {"reviews": [0, 10, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8]}, ()),
    ]
    await _same_as_single(connection, rural_household(), households)


async def test_the_1000_german_scores_come_out_of_the_database_too(connection: AsyncConnection) -> None:
    card = german_card()
    rows = await _same_as_single(connection, card, [(known, ()) for known in german_facts()])
    names = [attribute.id for attribute in card.attributes]
    scored = [dict(zip(names, row.points, strict=True)) | {"score": row.total} for row in rows]
    assert scored == german_scores()


@LAW_IN_DATABASE
@given(card_documents(), st.lists(st.tuples(facts(), vetoes), min_size=1, max_size=12))
async def test_random_households_score_the_same_on_a_random_card(
    connection: AsyncConnection, doc: dict[str, Any], households: list[Household]
) -> None:
    await _same_as_single(connection, card_from_document(doc), households)


# Whatever the rural card can meet, its edges and extremes among it.
_EDGES = st.integers(-3, 40) | st.sampled_from([10**12, -(10**12), 0, 5_000_00, 10_000_00, 20_000_00])
_FACT_VALUES = {
    **dict.fromkeys(H1, _EDGES),
    "skill": st.sampled_from(["none", "training", "certificate", "unlisted"]),
    "reviews": st.lists(st.integers(0, 10), max_size=15),
}
_CHANGES = st.fixed_dictionaries({}, optional={name: st.none() | values for name, values in _FACT_VALUES.items()})
_RURAL_FACTS = _CHANGES | _CHANGES.map(lambda changes: H1 | changes)


@LAW_IN_DATABASE
@given(
    st.lists(st.tuples(_RURAL_FACTS.map(lambda changed: H1 | changed) | _RURAL_FACTS, vetoes), min_size=1, max_size=12)
)
async def test_random_households_score_the_same_on_the_rural_card(
    connection: AsyncConnection, households: list[Household]
) -> None:
    await _same_as_single(connection, rural_household(), households)
