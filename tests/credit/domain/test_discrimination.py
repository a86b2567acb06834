"""How well a score tells those who repaid from those who did not."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.credit.domain.discrimination import Discrimination, Outcomes, discrimination

SCORES = st.dictionaries(st.integers(0, 100), st.builds(Outcomes, st.integers(0, 9), st.integers(0, 9)), max_size=8)


def test_a_score_that_parts_them_wholly_is_perfect_and_one_that_knows_nothing_is_worth_nothing() -> None:
    assert discrimination({40: Outcomes(0, 5), 60: Outcomes(5, 0)}) == Discrimination(
        Fraction(1), Fraction(1), Fraction(1)
    )
    assert discrimination({50: Outcomes(7, 3)}) == Discrimination(Fraction(1, 2), Fraction(0), Fraction(0))


def test_a_score_the_wrong_way_round_is_below_zero() -> None:
    found = discrimination({40: Outcomes(5, 0), 60: Outcomes(0, 5)})
    assert found == Discrimination(Fraction(0), Fraction(-1), Fraction(1))


def test_the_figures_of_a_small_table_reckoned_by_hand() -> None:
    # Of 6 · 4 pairs the good one wins 1·(2/2) at 30, 2·(2 + 1/2) at 50 and 3·(3 + 1/2) at 70: 16.5.
    found = discrimination({30: Outcomes(1, 2), 50: Outcomes(2, 1), 70: Outcomes(3, 1)})
    assert found == Discrimination(Fraction(11, 16), Fraction(3, 8), Fraction(1, 3))


def test_nothing_can_be_said_before_both_outcomes_were_seen() -> None:
    assert discrimination({}) is None
    assert discrimination({50: Outcomes(3, 0)}) is None
    assert discrimination({50: Outcomes(0, 3)}) is None


@given(SCORES)
def test_the_area_is_the_share_of_pairs_in_which_the_good_one_scores_higher(table: dict[int, Outcomes]) -> None:
    goods = [score for score, one in table.items() for _ in range(one.good)]
    bads = [score for score, one in table.items() for _ in range(one.bad)]
    found = discrimination(table)
    if not goods or not bads:
        assert found is None
        return
    won = sum(Fraction((good > bad) * 2 + (good == bad), 2) for good in goods for bad in bads)
    assert found is not None
    assert found.auc == won / (len(goods) * len(bads))
    assert found.ks >= abs(found.gini) / 2
