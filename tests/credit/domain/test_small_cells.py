"""Which figures behind a title those may see who may not see the people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.credit.domain.small_cells import shown_to_everybody, shown_to_officials
from services.credit.domain.title_tests import TitleTest, number_at_least, share_at_least, share_at_most
from shared.small_cells import SMALL_CELL


def _seen(test: TitleTest) -> tuple[int | None, int | None]:
    (found,) = shown_to_everybody([test])
    return found.numerator, found.denominator


@pytest.mark.parametrize(
    ("part", "whole", "seen"),
    [
        (70, 100, (70, 100)),
        (96, 100, (95, 100)),
        (11, 12, (10, 10)),
        (4, 100, (None, 100)),
        (0, 100, (None, 100)),
        (3, 4, (None, None)),
        (0, 4, (None, None)),
        (0, 0, (None, None)),
    ],
)
def test_a_number_that_few_households_make_up_is_kept_back_and_the_others_are_rounded(
    part: int, whole: int, seen: tuple[int | None, int | None]
) -> None:
    assert _seen(share_at_least("credit_of_rated", part, whole, 70)) == seen


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12), st.integers(1, 4))
def test_a_township_less_its_other_villages_does_not_tell_how_many_were_late(others: list[int], late: int) -> None:
    """Everybody else paid on time; whoever subtracts what is shown cannot tell this village's late payers."""
    borrowers = 20
    everywhere = sum(others) + borrowers
    whole = _seen(share_at_least("on_time", everywhere - late, everywhere, 90))[0]
    parts = [_seen(share_at_least("on_time", n, n, 90))[0] for n in others]
    possible = {
        guess
        for guess in range(SMALL_CELL)
        for rest in range(sum(n or 0 for n in parts), sum((n or 0) + SMALL_CELL - 1 for n in parts) + 1)
        if _seen(share_at_least("on_time", rest + borrowers - guess, everywhere, 90))[0] == whole
    }
    assert len(possible) > 1


def test_of_money_only_none_in_arrears_is_shown() -> None:
    assert _seen(share_at_most("npl_of_balance", 1, 10_000, 3)) == (None, None)
    assert _seen(share_at_most("npl_of_balance", 0, 10_000, 3)) == (0, None)


def test_a_plain_number_is_kept_back_when_it_is_small_and_villages_are_no_households() -> None:
    assert _seen(number_at_least("rated", 4, 30)) == (None, None)
    assert _seen(number_at_least("rated", 8, 30)) == (5, None)
    assert _seen(share_at_least("credit_villages", 1, 3, 50)) == (1, 3)


def test_officials_see_every_figure() -> None:
    found = shown_to_officials([share_at_most("npl_of_balance", 1, 2, 3)])
    assert (found[0].numerator, found[0].denominator) == (1, 2)
