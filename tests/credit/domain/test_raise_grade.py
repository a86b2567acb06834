"""The cheapest way up: verified by adding up, never beaten by trying everything."""

from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given

from services.credit.domain.card_document import card_from_document
from services.credit.domain.raise_grade import Improvement, RaiseGrade
from services.credit.domain.score_household import Score, score
from services.credit.domain.scorecard import Card
from tests.builders.random_cards import LAW, card_documents, facts
from tests.builders.worked_cases import H1, H3, H4, rural_household

Way = list[tuple[str, int, int]]


def _asked(card: Card, found: Score) -> tuple[Improvement, ...]:
    return RaiseGrade(card).improvements(found.total, found.band, found.points)


def _brief(climbs: tuple[Improvement, ...]) -> Way:
    return [(climb.attribute, climb.from_points, climb.to_points) for climb in climbs]


def _brute_force(card: Card, found: Score) -> Way:
    """Every way of up to three climbs, compared in the order of preference of credit rules 2.3."""
    above = None if found.total is None or found.band == "vetoed" else card.next_band(found.total)
    if above is None:
        return []
    movable = [(place, one) for place, one in enumerate(card.attributes) if one.effort]
    candidates = []
    for size in (1, 2, 3):
        for chosen in combinations(movable, size):
            for targets in product(*(one.levels for _, one in chosen)):
                starts = [found.points[one.id] or 0 for _, one in chosen]
                if any(target <= start for target, start in zip(targets, starts, strict=True)):
                    continue
                gained = sum(targets) - sum(starts)
                if (found.total or 0) + gained < above.from_total:
                    continue
                climbed = sum(
                    one.effort * len([level for level in one.levels if start < level <= target])
                    for (_, one), start, target in zip(chosen, starts, targets, strict=True)
                )
                way = [(one.id, start, to) for (_, one), start, to in zip(chosen, starts, targets, strict=True)]
                candidates.append((size, climbed, [place for place, _ in chosen], gained, targets, way))
    return min(candidates)[-1] if candidates else []


@LAW
@given(card_documents(), facts())
def test_no_way_is_better_than_the_one_given(doc: dict[str, Any], known: dict[str, Any]) -> None:
    card = card_from_document(doc)
    found = score(card, known)
    assert _brief(_asked(card, found)) == _brute_force(card, found)


@LAW
@given(card_documents(), facts())
def test_the_next_band_is_reached_by_adding_up(doc: dict[str, Any], known: dict[str, Any]) -> None:
    card = card_from_document(doc)
    found = score(card, known)
    climbs = _asked(card, found)
    if climbs and found.total is not None:
        above = card.next_band(found.total)
        changed = found.points | {climb.attribute: climb.to_points for climb in climbs}
        assert above is not None
        assert card.base_points + sum(value or 0 for value in changed.values()) >= above.from_total


def test_households_of_the_rural_card_get_the_best_way_too() -> None:
    card = rural_household()
    raises = RaiseGrade(card)
    grid = product(
        ("none", "training"), (20_000_00, 50_000_00), (6, 12), (0, 12_000_00), (0, 50_000_00), (0, 2), (1,), (1, 4)
    )
    ways = set()
    for skill, income, bills, service, assets, sources, orders, lenders in grid:
        changed = {"skill": skill, "net_income_cents": income, "bills_ok": bills, "debt_service_cents": service}
        changed |= {"net_assets_cents": assets, "income_sources": sources, "insurance_orders": orders}
        found = score(card, H1 | changed | {"lenders": lenders, "worst_days_past_due": None})
        climbs = raises.improvements(found.total, found.band, found.points)
        assert _brief(climbs) == _brute_force(card, found)
        ways.add(len(climbs))
    assert ways == {1, 2, 3}


def _ladders(*ladders: tuple[int, ...]) -> Card:
    """A card whose attributes X0, X1, … have these points for the facts 0, 1, …; the one band begins at 7."""
    lines = [
        {
            "id": f"X{number}",
            "title": "指标",
            "group": "组",
            "kind": "number",
            "field": f"x{number}",
            "max": max(points),
            "effort": 1,
            "missing": {"not_rated": True, "reason": "没有登记"},
            "bins": [
                {
                    "id": f"b{place + 1}",
                    "points": value,
                    "reason": "少了",
                    "reach": "多一点",
                    "interval": f"{f'[{place}' if place else '(-inf'},{place + 1 if value != points[-1] else 'inf'})",
                }
                for place, value in enumerate(points)
            ],
        }
        for number, points in enumerate(ladders)
    ]
    head = {"id": "t", "version": 1, "title": "t", "effective_from": "2020-01-01", "base_points": 0}
    return card_from_document(head | {"bands": [{"id": "A", "from": 7}], "attributes": lines})


@pytest.mark.parametrize(
    ("ladders", "way"),
    [
        # One attribute goes before a cheaper pair.
        (((0, 1, 2, 3, 4, 5, 7), (0, 6), (0, 1)), [("X0", 0, 7)]),
        # Fewer levels go before card order.
        (((0, 3, 7), (0, 7)), [("X1", 0, 7)]),
        # Card order goes before fewer points.
        (((0, 9), (0, 7)), [("X0", 0, 9)]),
        # Fewer points go before the lowest first target.
        (((0, 2, 5), (0, 2, 6)), [("X0", 0, 5), ("X1", 0, 2)]),
        # At last the lowest target in card order.
        (((0, 2, 5), (0, 2, 5)), [("X0", 0, 2), ("X1", 0, 5)]),
    ],
)
def test_each_preference_decides_when_those_before_it_are_equal(ladders: tuple[tuple[int, ...], ...], way: Way) -> None:
    card = _ladders(*ladders)
    found = score(card, {f"x{number}": 0 for number, _ in enumerate(ladders)})
    assert _brief(_asked(card, found)) == way == _brute_force(card, found)


def test_aaa_vetoed_and_not_rated_households_get_an_empty_list() -> None:
    card = rural_household()
    assert _asked(card, score(card, H1)) == ()
    assert _asked(card, score(card, H3, ["V1"])) == ()
    assert _asked(card, score(card, H3 | {"reviews": []})) == ()


def test_nothing_within_three_attributes_gives_an_empty_list() -> None:
    card = rural_household()
    poorest = H4 | {"workers": 0, "reviews": [0] * 5, "worst_days_past_due": 91, "months_since_first_loan": None}
    assert _asked(card, score(card, poorest)) == ()


def test_the_text_says_what_happens_to_the_points() -> None:
    card = rural_household()
    (climb,) = _asked(card, score(card, H3))
    assert climb.text == "参加一次技能培训，把结业证明交到村里登记，这一项就从0分变成4分。"
