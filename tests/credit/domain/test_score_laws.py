"""Laws that hold for every card and every household."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.credit.domain.card_document import canonical_card, card_from_document, card_sha256, card_to_document
from services.credit.domain.errors import CardMismatch, FactsRefused
from services.credit.domain.score_household import Score, replay, score
from tests.builders.random_cards import LAW, card_documents, facts, vetoes
from tests.builders.worked_cases import H1, rural_household


@LAW
@given(card_documents(), facts(), vetoes)
def test_base_plus_attribute_points_are_the_score(doc: dict[str, Any], known: dict[str, Any], codes: list[str]) -> None:
    card = card_from_document(doc)
    found = score(card, known, codes)
    points = list(found.points.values())
    if found.total is None:
        assert None in points
        assert found.band == "not_rated"
    else:
        assert found.total == card.base_points + sum(value or 0 for value in points)
        assert (found.band == "vetoed") == bool(codes)


@LAW
@given(card_documents(), facts(), vetoes)
def test_the_trace_replays_to_the_same_bytes(doc: dict[str, Any], known: dict[str, Any], codes: list[str]) -> None:
    card = card_from_document(doc)
    found = score(card, known, codes)
    assert replay(card, found.trace) == found.trace_bytes == rfc8785.dumps(found.trace)


@LAW
@given(card_documents(), facts(), vetoes)
def test_a_card_saved_and_loaded_scores_the_same(doc: dict[str, Any], known: dict[str, Any], codes: list[str]) -> None:
    card = card_from_document(doc)
    again = card_from_document(card_to_document(card))
    assert again == card
    assert card_to_document(card) == doc
    assert (canonical_card(again), card_sha256(again)) == (rfc8785.dumps(doc), card.sha256)
    assert score(again, known, codes).trace_bytes == score(card, known, codes).trace_bytes


@LAW
@given(card_documents(), facts())
def test_facts_that_the_card_does_not_read_change_nothing(doc: dict[str, Any], known: dict[str, Any]) -> None:
    card = card_from_document(doc)
    more = known | {"sex": "女", "age": 71, "poverty_status": "监测户", "unread": 1}
    assert score(card, more).trace_bytes == score(card, known).trace_bytes


@LAW
@given(card_documents(), facts())
def test_the_fields_without_a_usable_value_are_named(doc: dict[str, Any], known: dict[str, Any]) -> None:
    card = card_from_document(doc)
    found = score(card, known)
    assert bool(found.missing) == ("missing" in found.bins.values())
    for attribute in card.attributes:
        absent = {name for name in attribute.measure.fields if name not in known}
        assert absent <= set(found.missing)


def test_a_trace_of_another_card_is_not_replayed() -> None:
    doc = card_to_document(rural_household())
    doc["attributes"][0]["bins"][0]["points"] = 1
    trace = score(rural_household(), H1).trace
    with pytest.raises(CardMismatch):
        replay(card_from_document(doc), trace)


def test_the_order_of_facts_and_vetoes_does_not_matter() -> None:
    first = score(rural_household(), H1, ["V1", "V3"])
    assert score(rural_household(), dict(reversed(H1.items())), ["V3", "V1", "V3"]).trace == first.trace


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"workers": "2"}, "/workers"),
        ({"workers": True}, "/workers"),
        ({"net_income_cents": 1.5}, "/net_income_cents"),
        ({"skill": 3}, "/skill"),
        ({"reviews": [8, 8, 8, 8, 11]}, "/reviews"),
        ({"reviews": [8, 8, 8, 8, None]}, "/reviews"),
        ({"reviews": 8}, "/reviews"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_place(changed: dict[str, Any], pointer: str) -> None:
    with pytest.raises(FactsRefused) as refused:
        score(rural_household(), H1 | changed)
    assert [finding["pointer"] for finding in refused.value.data["errors"]] == [pointer]


def test_an_unknown_veto_is_refused() -> None:
    with pytest.raises(FactsRefused):
        score(rural_household(), H1, ["V6"])


BETTER_WHEN_MORE = {
    "workers": "A1",
    "bills_ok": "B2",
    "net_assets_cents": "C2",
    "income_sources": "C3",
    "insurance_orders": "C4",
    "months_since_first_loan": "D2",
}
BETTER_WHEN_LESS = {"debt_service_cents": "C1", "worst_days_past_due": "D1", "lenders": "D3", "people": "B1"}
LARGEST = {"insurance_orders": 2, "bills_ok": 12, "net_assets_cents": 400_000_00, "debt_service_cents": 400_000_00}


def _with(name: str, value: object, income: int) -> Score:
    return score(rural_household(), H1 | {"net_income_cents": income, name: value})


@LAW
@given(st.data(), st.integers(-100_00, 200_000_00))
def test_each_attribute_is_monotone_in_what_it_measures(data: st.DataObject, income: int) -> None:
    name = data.draw(st.sampled_from([*BETTER_WHEN_MORE, *BETTER_WHEN_LESS]))
    least = -1000_00 if name == "net_assets_cents" else 1 if name == "people" else 0
    values = st.integers(least, LARGEST.get(name, 120))
    low, high = sorted((data.draw(values), data.draw(values)))
    worse, better = (low, high) if name in BETTER_WHEN_MORE else (high, low)
    attribute = (BETTER_WHEN_MORE | BETTER_WHEN_LESS)[name]
    if name == "people" and income <= 0:
        return
    before, after = _with(name, worse, income), _with(name, better, income)
    assert (before.points[attribute] or 0) <= (after.points[attribute] or 0)
    assert (before.total or 0) <= (after.total or 0)


@LAW
@given(st.integers(-100_00, 400_000_00), st.integers(-100_00, 400_000_00))
def test_more_income_never_lowers_spending_or_repayment_points(one: int, other: int) -> None:
    low, high = sorted((one, other))
    before, after = _with("skill", "none", low), _with("skill", "none", high)
    for attribute in ("B1", "C1"):
        assert (before.points[attribute] or 0) <= (after.points[attribute] or 0)


@LAW
@given(st.lists(st.integers(0, 10), min_size=5, max_size=12), st.data())
def test_a_kinder_reviewer_never_lowers_the_village_review(reviews: list[int], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(reviews) - 1))
    kinder = list(reviews)
    kinder[place] = data.draw(st.integers(reviews[place], 10))
    before = score(rural_household(), H1 | {"reviews": reviews}).points["E1"]
    after = score(rural_household(), H1 | {"reviews": kinder}).points["E1"]
    assert (before or 0) <= (after or 0)


def test_training_beats_none_and_a_certificate_beats_training() -> None:
    points = [
        score(rural_household(), H1 | {"skill": skill}).points["A2"] for skill in ("none", "training", "certificate")
    ]
    assert points == [0, 4, 7]


@given(
    before=st.lists(st.integers(0, 10), min_size=5, max_size=12),
    after=st.lists(st.integers(0, 10), min_size=5, max_size=12),
)
def test_the_village_review_never_moves_the_total_by_more_than_its_maximum(before: list[int], after: list[int]) -> None:
    card = rural_household()
    e1 = next(one for one in card.attributes if one.id == "E1")
    totals = [score(card, H1 | {"reviews": reviews}).total for reviews in (before, after)]
    assert None not in totals
    assert abs((totals[0] or 0) - (totals[1] or 0)) <= e1.maximum
