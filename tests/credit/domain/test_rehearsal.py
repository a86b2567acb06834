"""What another card would change for the same households, before it touches anybody."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.credit.domain.four_fifths import Share, below_four_fifths
from services.credit.domain.rehearsal import Cell, keep_back, rehearse
from services.credit.domain.scorecard import Band
from tests.builders.worked_cases import rural_household

CARD = rural_household()
TOWN, OTHER = "511921101", "511922101"


def cell(before: str, after: str, *, town: str = TOWN, poor: bool = False) -> Cell:
    return Cell(town, poor, before, after)


def test_who_climbs_and_who_falls_is_counted_by_township_and_for_all() -> None:
    found = rehearse(
        CARD,
        CARD,
        {
            cell("A", "AA"): 7,
            cell("none", "A"): 5,
            cell("AAA", "A"): 6,
            cell("AA", "AA"): 80,
            cell("vetoed", "vetoed"): 9,
            cell("A", "not_rated"): 8,
            cell("A", "AA", town=OTHER): 11,
        },
    )
    assert found.households == 126
    assert found.moved == {"up": 23, "down": 6, "same": 89, "not_comparable": 8}
    assert [(one.township, one.households, one.moved["up"], one.moved["down"]) for one in found.townships] == [
        (TOWN, 115, 12, 6),
        (OTHER, 11, 11, 0),
    ]
    assert found.townships[0].matrix["A", "AA"] == 7


def test_a_band_is_higher_or_lower_by_its_place_also_when_the_other_card_has_more_of_them() -> None:
    more = replace(CARD, bands=(*CARD.bands, Band("B", 50)))
    found = rehearse(CARD, more, {cell("none", "B"): 10, cell("none", "none"): 20, cell("A", "B"): 30})
    assert (found.moved["up"], found.moved["same"]) == (10, 50)


def test_counts_of_fewer_than_five_are_kept_back_and_one_more_where_subtraction_would_tell() -> None:
    assert keep_back({"a": 100, "b": 4, "c": 0}) == {"a": None, "b": None, "c": 0}
    assert keep_back({"a": 100, "b": 4, "c": 9}) == {"a": 100, "b": None, "c": None}
    assert keep_back({"a": 100, "b": 4, "c": 1}) == {"a": 100, "b": None, "c": None}
    assert keep_back({"a": 100, "b": 5}) == {"a": 100, "b": 5}


@given(st.dictionaries(st.integers(), st.integers(0, 12)))
def test_what_is_shown_is_true_and_no_small_count_is_shown(counts: dict[int, int]) -> None:
    shown = keep_back(counts)
    assert all(number in (None, counts[key]) for key, number in shown.items())
    assert not any(number and 0 < number < 5 for number in shown.values())


def test_approval_is_the_share_of_a_or_better_among_the_rated_by_county_and_poverty() -> None:
    found = rehearse(
        CARD,
        CARD,
        {
            cell("A", "none"): 20,
            cell("AAA", "AAA"): 30,
            cell("none", "none"): 40,
            cell("vetoed", "vetoed"): 10,
            cell("not_rated", "not_rated"): 99,
            cell("none", "A", town=OTHER, poor=True): 50,
            cell("none", "none", town=OTHER, poor=True): 50,
        },
    )
    assert [(one.group, one.before, one.after) for one in found.by_county] == [
        ("511921", Share(50, 100), Share(30, 100)),
        ("511922", Share(0, 100), Share(50, 100)),
    ]
    assert [(one.group, one.flagged_before, one.flagged_after) for one in found.by_poverty] == [
        ("other", False, True),
        ("registered_poor", True, False),
    ]


def test_a_group_of_whom_few_were_approved_or_few_refused_shows_no_rate() -> None:
    cells = {cell("A", "A"): 3, cell("none", "none"): 50, cell("A", "A", town=OTHER): 50, cell("none", "A"): 2}
    assert [(one.group, one.before) for one in rehearse(CARD, CARD, cells).by_county] == [
        ("511921", None),
        ("511922", Share(50, 50)),
    ]


@pytest.mark.parametrize(("approved", "flagged"), [(40, False), (39, True)])
def test_the_flag_is_raised_below_four_fifths_of_the_best_and_not_at_it(approved: int, flagged: bool) -> None:
    assert ("b" in below_four_fifths({"a": Share(50, 100), "b": Share(approved, 100)})) is flagged


@given(st.dictionaries(st.sampled_from("abcd"), st.builds(lambda n, m: Share(min(n, m), m), *[st.integers(0, 30)] * 2)))
def test_the_best_group_is_never_flagged(groups: dict[str, Share]) -> None:
    rates = {name: Fraction(share.approved, share.rated) for name, share in groups.items() if share.rated}
    flagged = below_four_fifths(groups)
    assert flagged == {name for name, rate in rates.items() if rate < max(rates.values()) * Fraction(4, 5)}
    assert Counter(groups).keys() >= flagged
