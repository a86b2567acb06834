from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.public_count import SMALL_CELL, public_cells, public_figure

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=12)


def test_fewer_than_five_are_not_told_and_nobody_is() -> None:
    assert [public_figure(number) for number in (0, 1, 4, 5, 9, 10)] == [0, None, None, 5, 5, 10]


@given(st.integers(0, 500_000))
def test_no_figure_tells_a_small_cell(number: int) -> None:
    shown = public_figure(number)
    assert (shown is None) == (0 < number < SMALL_CELL)
    assert shown is None or (shown % SMALL_CELL == 0 and 0 <= number - shown < SMALL_CELL)


@given(COUNTS, st.integers(1, SMALL_CELL - 1))
def test_a_place_less_its_parts_does_not_tell_the_part_that_is_held_back(others: list[int], secret: int) -> None:
    """Whoever takes all shown parts from the shown whole finds several numbers that the hidden part could be."""
    shown = [figure for _, figure in public_cells([("part", number) for number in others])]
    whole = public_figure(sum(others) + secret)
    filled = [number for number in shown if number]
    spread = (SMALL_CELL - 1) * (len(filled) + shown.count(None))
    least = sum(filled) + shown.count(None)
    possible = {
        guess
        for guess in range(1, SMALL_CELL)
        for unseen in range(spread + 1)
        if public_figure(least + unseen + guess) == whole
    }
    assert secret in possible
    assert len(possible) > 1
