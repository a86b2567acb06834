"""Until which day a veto stands by itself."""

from datetime import date

import pytest

from services.credit.domain.record_errors import VetoDatesWrong, VetoEndNeeded, VetoTooLong
from services.credit.domain.veto_term import veto_term

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("proven", "last"),
    [
        (date(2026, 11, 24), date(2027, 11, 24)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2025, 8, 31), date(2026, 8, 31)),
    ],
)
def test_a_misuse_counts_for_twelve_months_from_the_day_on_which_it_was_proven(proven: date, last: date) -> None:
    assert veto_term("V4", proven, None, 12, TODAY) == last
    assert veto_term("V4", proven, last, 12, TODAY) == last
    assert veto_term("V4", proven, proven, 12, TODAY) == proven
    with pytest.raises(VetoTooLong):
        veto_term("V4", proven, last.replace(year=last.year + 1), 12, TODAY)


def test_a_judgment_for_fraud_needs_its_last_day() -> None:
    assert veto_term("V5", date(2020, 5, 1), date(2029, 5, 1), 12, TODAY) == date(2029, 5, 1)
    with pytest.raises(VetoEndNeeded):
        veto_term("V5", date(2020, 5, 1), None, 12, TODAY)


@pytest.mark.parametrize("code", ["V1", "V2", "V3"])
def test_the_others_stand_until_they_are_cleared_or_until_the_day_that_is_given(code: str) -> None:
    assert veto_term(code, TODAY, None, 12, TODAY) is None
    assert veto_term(code, TODAY, date(2031, 1, 1), 12, TODAY) == date(2031, 1, 1)


@pytest.mark.parametrize(
    ("opened_on", "expires_on"), [(date(2026, 11, 25), None), (date(2026, 11, 2), date(2026, 11, 1))]
)
def test_nothing_is_opened_for_a_day_to_come_or_ends_before_it_began(opened_on: date, expires_on: date | None) -> None:
    for code in ("V1", "V4", "V5"):
        with pytest.raises(VetoDatesWrong):
            veto_term(code, opened_on, expires_on, 12, TODAY)
