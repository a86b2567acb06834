"""Which figures does everybody read? None that tells of a few, not by subtraction either (check S31)."""

from hypothesis import example, given
from hypothesis import strategies as st

from shared.small_cells import SMALL_CELL, public_cells, public_figure

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=12)


def test_fewer_than_five_are_not_told_and_nobody_is_not_told_apart() -> None:
    assert [public_figure(number) for number in (0, 1, 4, 5, 9, 10)] == [None, None, None, 5, 5, 10]


@given(st.integers(0, 500_000))
def test_no_figure_tells_a_small_cell(number: int) -> None:
    shown = public_figure(number)
    assert (shown is None) == (number < SMALL_CELL)
    assert shown is None or (shown % SMALL_CELL == 0 and 0 <= number - shown < SMALL_CELL)


@given(COUNTS, st.integers(0, SMALL_CELL - 1))
@example([1, 1, 1], 1)
@example([0, 0, 3], 1)
@example([4, 9, 4, 14], 3)
def test_a_place_less_its_parts_does_not_tell_the_part_that_is_held_back(others: list[int], secret: int) -> None:
    """Whoever takes all shown parts from the shown whole finds several numbers that the hidden part could be. Only
    where every figure is as large as it can be the whole tells so: then the part is four, never fewer."""
    shown = [figure for _, figure in public_cells([("part", number) for number in others])]
    whole = public_figure(sum(others) + secret)
    least = sum(figure or 0 for figure in shown)
    possible = {
        guess
        for guess in range(SMALL_CELL)
        for unseen in range((SMALL_CELL - 1) * len(shown) + 1)
        if public_figure(least + unseen + guess) == whole
    }
    assert secret in possible
    assert len(possible) > 1 or secret == SMALL_CELL - 1
