"""Which figures behind a title those may see who may not see the people."""

import pytest

from services.credit.domain.small_cells import shown_to_everybody, shown_to_officials
from services.credit.domain.title_tests import TitleTest, number_at_least, share_at_least, share_at_most


def _seen(test: TitleTest, borrowers: int = 20) -> tuple[int | None, int | None]:
    found = shown_to_everybody([share_at_least("on_time", borrowers, borrowers, 90), test])[1]
    return found.numerator, found.denominator


@pytest.mark.parametrize(
    ("part", "whole", "seen"),
    [
        (70, 100, (70, 100)),
        (95, 100, (95, 100)),
        (96, 100, (None, 100)),
        (4, 100, (None, 100)),
        (0, 100, (0, 100)),
        (100, 100, (100, 100)),
        (3, 4, (None, None)),
        (0, 4, (None, None)),
        (0, 0, (0, 0)),
    ],
)
def test_a_number_that_fewer_than_five_households_make_up_is_kept_back(
    part: int, whole: int, seen: tuple[int | None, int | None]
) -> None:
    assert _seen(share_at_least("credit_of_rated", part, whole, 70)) == seen


def test_money_in_arrears_is_shown_only_as_none_at_all() -> None:
    assert _seen(share_at_most("npl_of_balance", 1, 10_000, 3)) == (None, 10_000)
    assert _seen(share_at_most("npl_of_balance", 0, 10_000, 3)) == (0, 10_000)
    assert _seen(share_at_most("npl_of_balance", 0, 10_000, 3), borrowers=4) == (0, None)


def test_a_plain_number_is_kept_back_when_it_is_small_and_villages_are_no_households() -> None:
    assert _seen(number_at_least("rated", 4, 30)) == (None, None)
    assert _seen(number_at_least("rated", 5, 30)) == (5, None)
    assert _seen(share_at_least("credit_villages", 1, 3, 50)) == (1, 3)


def test_officials_see_every_figure() -> None:
    found = shown_to_officials([share_at_most("npl_of_balance", 1, 2, 3)])
    assert (found[0].numerator, found[0].denominator) == (1, 2)
