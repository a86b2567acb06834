"""On which day time alone puts a household in a better bin of its credit record."""

from datetime import date, timedelta

import pytest

from services.credit.domain.loan_balance import LoanEvent
from services.credit.domain.loan_facts import ReportedLoan, loan_facts
from services.credit.domain.score_household import Score, score
from services.credit.domain.time_only import TimeOnly, time_only
from tests.builders.worked_cases import H1, rural_household

CARD = rural_household()
GRADED = date(2026, 11, 24)
OWED = 100_00


def event(number: int, kind: str, on: date, days: int = 0, balance: int = OWED) -> LoanEvent:
    return LoanEvent(number, kind, on, 0, balance, days, None)


def loan(first: date, *more: LoanEvent, number: str = "L-1") -> ReportedLoan:
    return ReportedLoan("one", number, (event(1, "disbursed", first), *more))


def scored(*loans: ReportedLoan, day: date = GRADED) -> Score:
    found = loan_facts(loans, day)
    assert found is not None
    return score(CARD, H1 | found.values)


def told(*loans: ReportedLoan, day: date = GRADED) -> tuple[TimeOnly, ...]:
    then = scored(*loans, day=day)
    return time_only(CARD, then.points, then.bins, loans, day)


def days(*loans: ReportedLoan) -> list[tuple[str, date, int]]:
    return [(one.attribute, one.on, one.to_points) for one in told(*loans)]


@pytest.mark.parametrize(
    ("first", "on", "to_points"),
    [
        (date(2026, 11, 24), date(2027, 11, 24), 4),
        (date(2025, 12, 31), date(2026, 12, 31), 4),
        (date(2024, 2, 29), date(2027, 2, 28), 5),
        (date(2025, 11, 24), date(2028, 11, 24), 5),
    ],
)
def test_borrowing_is_long_enough_on_the_same_date_years_later(first: date, on: date, to_points: int) -> None:
    assert days(loan(first)) == [("D2", on, to_points)]


def test_whoever_has_all_the_points_waits_for_nothing() -> None:
    assert days(loan(date(2020, 1, 1))) == []


def test_lateness_that_ended_is_forgotten_on_the_day_after_24_months() -> None:
    late = loan(
        date(2020, 1, 1), event(2, "overdue", date(2026, 3, 1), 40), event(3, "repaid", date(2026, 5, 10), balance=1)
    )
    assert days(late) == [("D1", date(2028, 5, 11), 20)]


def test_the_worse_of_two_latenesses_gone_the_other_decides_what_is_gained() -> None:
    late = loan(
        date(2020, 1, 1),
        event(2, "overdue", date(2025, 3, 1), 70),
        event(3, "overdue", date(2025, 6, 1), 0),
        event(4, "overdue", date(2026, 3, 1), 10),
        event(5, "overdue", date(2026, 4, 1), 0),
    )
    assert days(late) == [("D1", date(2027, 6, 2), 14)]


def test_two_latenesses_of_one_bin_must_both_be_forgotten() -> None:
    late = loan(
        date(2020, 1, 1),
        event(2, "overdue", date(2025, 3, 1), 12),
        event(3, "overdue", date(2025, 6, 1), 0),
        event(4, "overdue", date(2026, 3, 1), 10),
        event(5, "overdue", date(2026, 4, 1), 0),
    )
    assert days(late) == [("D1", date(2028, 4, 2), 20)]


def test_lateness_of_long_ago_that_was_forgotten_before_tells_no_day() -> None:
    late = loan(
        date(2019, 1, 1),
        event(2, "overdue", date(2019, 3, 1), 12),
        event(3, "overdue", date(2019, 6, 1), 0),
        event(4, "overdue", date(2026, 3, 1), 10),
        event(5, "overdue", date(2026, 4, 1), 0),
    )
    assert days(late) == [("D1", date(2028, 4, 2), 20)]


def test_a_last_loan_forgotten_leaves_no_record_which_is_told_only_when_it_is_a_gain() -> None:
    def ended(lateness: int) -> ReportedLoan:
        late = event(2, "overdue", date(2026, 3, 1), lateness)
        return loan(date(2020, 1, 1), late, event(3, "settled", date(2026, 5, 10), balance=0))

    assert days(ended(12)) == []
    assert days(ended(40)) == [("D1", date(2028, 5, 11), 12)]


def test_no_day_is_known_while_the_lateness_still_stands() -> None:
    assert days(loan(date(2020, 1, 1), event(2, "overdue", date(2026, 11, 1), 12))) == []


def test_no_day_is_known_when_no_bank_reported_or_reports_do_not_explain_the_bin() -> None:
    entered = score(CARD, H1 | {"worst_days_past_due": 40, "months_since_first_loan": 3})
    assert time_only(CARD, entered.points, entered.bins, [], GRADED) == ()
    other = loan(date(2020, 1, 1), event(2, "repaid", date(2026, 1, 1)))
    assert time_only(CARD, entered.points, entered.bins, [other], GRADED) == ()


def test_the_day_before_a_scoring_gives_the_old_points_and_on_the_day_the_new_ones() -> None:
    loans = (
        loan(date(2025, 2, 28), event(2, "overdue", date(2025, 9, 1), 33), event(3, "overdue", date(2025, 10, 31), 0)),
        loan(date(2026, 1, 1), event(2, "overdue", date(2026, 2, 1), 5), event(3, "repaid", date(2026, 3, 1), 0, 1)),
    )
    changes = told(*loans)
    assert [one.attribute for one in changes] == ["D1", "D2"]
    for one in changes:
        before = scored(*loans, day=one.on - timedelta(days=1)).points[one.attribute]
        assert before == scored(*loans).points[one.attribute]
        assert scored(*loans, day=one.on).points[one.attribute] == one.to_points


def test_it_is_said_in_plain_words() -> None:
    loans = (loan(date(2026, 1, 5), event(2, "overdue", date(2026, 3, 1), 12), event(3, "overdue", date(2026, 4, 1))),)
    assert [one.text for one in told(*loans)] == [
        "只要不再晚还，从2028年4月2日起再评分，这一项就从14分变成20分。",
        "不用办什么手续，时间到了就行，从2027年1月5日起再评分，这一项就从3分变成4分。",
    ]
