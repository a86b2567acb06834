"""A scope is a whole code, matched at level boundaries (check S21)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.regions import covers, is_region_code, prefix_range

CODES = st.sampled_from([2, 4, 6, 9, 12]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n))


@pytest.mark.parametrize("scope", ["", "%", "_", "5", "51192", "5119211", "511921%", "５１１９２１", "511921 ", "*"])
def test_what_is_no_code_sees_nothing(scope: str) -> None:
    assert not covers(scope, "511921122202")
    assert not is_region_code(scope)


def test_a_county_sees_its_own_and_not_its_neighbour_nor_its_city() -> None:
    assert covers("511921", "511921122202")
    assert not covers("511921", "511922001001")
    assert not covers("511921", "5119")


@given(CODES, CODES)
def test_a_scope_covers_exactly_the_codes_in_its_range(scope: str, code: str) -> None:
    low, high = prefix_range(scope)
    if not scope.strip("9"):
        return
    assert covers(scope, code) == (low <= code < high and len(code) >= len(scope))
