"""Into which groups heads of households fall."""

from datetime import date

import pytest

from services.households.domain.head_groups import age_band, head_groups

DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(1991, 11, 25), "under_35"),
        (date(1991, 11, 24), "35_49"),
        (date(1976, 11, 25), "35_49"),
        (date(1976, 11, 24), "50_64"),
        (date(1961, 11, 25), "50_64"),
        (date(1961, 11, 24), "65_and_over"),
        (date(1930, 2, 28), "65_and_over"),
    ],
)
def test_a_year_of_age_is_full_on_the_birthday(born: date, band: str) -> None:
    assert age_band(born, DAY) == band


def test_heads_are_counted_once_by_sex_and_once_by_age() -> None:
    found = head_groups([("male", date(1990, 1, 1)), ("female", date(1990, 1, 1)), ("male", date(1950, 1, 1))], DAY)
    assert (found.by_sex, found.by_age) == ({"male": 2, "female": 1}, {"35_49": 2, "65_and_over": 1})
