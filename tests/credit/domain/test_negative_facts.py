"""Which negative facts are kept of a household, and until when."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.credit.domain.loan_balance import LoanEvent
from services.credit.domain.loan_facts import ReportedLoan
from services.credit.domain.negative_facts import (
    NegativeFact,
    VetoRecord,
    may_be_shared,
    negative_codes,
    of_file,
    of_loans,
    of_vetoes,
)
from services.credit.storage.shipped_cards import shipped_cards
from services.credit.storage.shipped_policies import retention_policy

TODAY = date(2026, 11, 24)
FIVE_YEARS = retention_policy(TODAY).negative_fact_months
VETO = UUID(int=1)


def veto(code: str = "V1", expires: date | None = None, cleared: date | None = None) -> NegativeFact:
    return next(of_vetoes([VetoRecord(VETO, code, date(2015, 1, 1), expires, cleared)], TODAY, FIVE_YEARS))


def loan(*events: tuple[str, date, int, int]) -> ReportedLoan:
    rows = [
        LoanEvent(number, kind, on, 0, balance, days, None)
        for number, (kind, on, balance, days) in enumerate(events, 1)
    ]
    return ReportedLoan("bank", "L-1", tuple(rows))


@pytest.mark.parametrize(
    ("ended", "kept", "first_day_gone"),
    [
        (date(2020, 2, 29), date(2025, 2, 28), date(2025, 3, 1)),
        (date(2020, 3, 1), date(2025, 3, 1), date(2025, 3, 2)),
        (date(2020, 12, 31), date(2025, 12, 31), date(2026, 1, 1)),
    ],
)
def test_a_fact_is_kept_five_years_after_it_ended_the_last_day_included(
    ended: date, kept: date, first_day_gone: date
) -> None:
    fact = veto(cleared=ended)
    assert (fact.ended_on, fact.kept_until) == (ended, kept)
    assert not fact.over(first_day_gone - timedelta(days=1))
    assert fact.over(first_day_gone)


def test_what_goes_on_is_never_too_old() -> None:
    assert (veto().ended_on, veto().kept_until, veto().over(date(2099, 1, 1))) == (None, None, False)
    assert veto(expires=TODAY).ended_on is None, "it stands on its last day"


def test_a_judgment_for_fraud_stands_five_years_from_its_end_and_is_not_kept_for_five_more() -> None:
    assert veto("V5", expires=date(2026, 11, 23)).kept_until == date(2026, 11, 23)
    assert veto("V3", expires=date(2026, 11, 23)).kept_until == date(2031, 11, 23)
    assert veto("V5", expires=date(2028, 1, 1), cleared=date(2026, 1, 1)).kept_until == date(2031, 1, 1)


def test_each_time_past_due_is_a_fact_of_its_own_and_ends_when_it_is_paid() -> None:
    reported = loan(
        ("disbursed", date(2020, 1, 5), 100, 0),
        ("overdue", date(2020, 2, 1), 100, 5),
        ("repaid", date(2020, 2, 20), 80, 20),
        ("repaid", date(2020, 2, 29), 60, 0),
        ("overdue", date(2021, 2, 1), 60, 5),
    )
    first, second = of_loans([reported], TODAY, FIVE_YEARS)
    assert (first.key, first.events, first.began_on, first.ended_on) == (
        "late/bank/L-1/2",
        (2, 3),
        date(2020, 2, 1),
        date(2020, 2, 29),
    )
    assert (second.events, second.ended_on) == ((5,), None)


def test_what_was_written_off_goes_on_until_nothing_is_owed() -> None:
    owed = loan(("disbursed", date(2020, 1, 5), 100, 0), ("written_off", date(2020, 6, 1), 100, 0))
    assert [one.ended_on for one in of_loans([owed], TODAY, FIVE_YEARS)] == [None]
    paid = loan(
        ("disbursed", date(2020, 1, 5), 100, 0),
        ("written_off", date(2020, 6, 1), 100, 0),
        ("repaid", date(2020, 7, 1), 40, 0),
        ("settled", date(2020, 8, 1), 0, 0),
    )
    assert [(one.events, one.ended_on) for one in of_loans([paid], TODAY, FIVE_YEARS)] == [((2, 3), date(2020, 8, 1))]


def test_lateness_that_an_official_entered_is_a_fact_of_the_day_on_which_it_was_entered() -> None:
    (entered,) = of_file({"worst_days_past_due": 40}, "official", date(2026, 1, 5), FIVE_YEARS)
    assert (entered.ended_on, entered.kept_until) == (date(2026, 1, 5), date(2031, 1, 5))
    assert list(of_file({"worst_days_past_due": 40}, "bank", date(2026, 1, 5), FIVE_YEARS)) == []
    assert list(of_file({"worst_days_past_due": 0}, "official", date(2026, 1, 5), FIVE_YEARS)) == []
    assert list(of_file({"worst_days_past_due": None}, "official", date(2026, 1, 5), FIVE_YEARS)) == []


def test_another_lateness_that_is_entered_is_another_fact_and_the_same_one_again_is_the_same() -> None:
    def key(days: int, entered_on: date) -> str:
        return next(of_file({"worst_days_past_due": days}, "official", entered_on, FIVE_YEARS)).key

    first = date(2026, 1, 5)
    assert key(40, first) == key(40, first)
    assert len({key(40, first), key(41, first), key(40, date(2026, 6, 5))}) == 3


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(0, 100), st.booleans()), max_size=8))
def test_every_report_of_lateness_belongs_to_exactly_one_fact_and_no_other_does(
    given_: list[tuple[int, int, bool]],
) -> None:
    on, events = date(2020, 1, 5), [("disbursed", date(2020, 1, 5), 100, 0)]
    for after, days, owed in given_:
        on += timedelta(days=after)
        events.append(("overdue", on, 100 if owed else 0, days if owed else 0))
    reported = loan(*events)
    numbers = [number for fact in of_loans([reported], date(2030, 1, 1), FIVE_YEARS) for number in fact.events]
    assert numbers == [event.number for event in reported.events if event.days_past_due > 0]


def test_the_reasons_that_tell_of_lateness_are_the_late_bins_of_d1_and_not_the_one_without_a_record() -> None:
    card = next(one for one in shipped_cards() if one.id == "rural-household")
    assert negative_codes(card) == {f"rural-household@1/D1/b{number}" for number in (2, 3, 4, 5)}


def test_a_reason_is_shared_when_nothing_that_it_stands_for_is_still_to_be_told() -> None:
    late = next(of_file({"worst_days_past_due": 40}, "official", TODAY, FIVE_YEARS))
    assert not may_be_shared("veto/V1", [veto("V1")])
    assert may_be_shared("veto/V1", [veto("V2"), late])
    assert not may_be_shared("rural-household@1/D1/b3", [late])
