"""What a household's loans say of it, as its banks reported them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.credit.domain.loan_balance import LoanEvent, loan_after
from services.credit.domain.loan_facts import LoanFacts, ReportedLoan, full_months, holds_until, loan_facts
from services.credit.domain.record_errors import LoanEventRefused

FIRST = date(2026, 1, 5)
OWED = 100_00


def event(number: int, kind: str, on: date, balance: int = OWED, days: int = 0) -> LoanEvent:
    return LoanEvent(number, kind, on, 0, balance, days, None)


def loan(*more: LoanEvent, bank: str = "one", number: str = "L-1", first: date = FIRST) -> ReportedLoan:
    return ReportedLoan(bank, number, (replace(event(1, "disbursed", first), amount_cents=OWED), *more))


def facts(*loans: ReportedLoan, day: date) -> LoanFacts:
    found = loan_facts(loans, day)
    assert found is not None
    return found


def test_a_household_of_whom_no_bank_has_reported_anything_gets_no_facts_from_loans() -> None:
    assert loan_facts([], FIRST) is None
    assert loan_facts([loan()], FIRST - timedelta(days=1)) is None


def test_who_borrows_and_was_never_late_is_zero_days_past_due_in_its_first_month_at_one_lender() -> None:
    assert facts(loan(), day=FIRST).values == {
        "worst_days_past_due": 0,
        "months_since_first_loan": 0,
        "lenders": 1,
    }


def test_the_worst_lateness_of_all_loans_counts() -> None:
    late = loan(event(2, "overdue", date(2026, 2, 1), days=20), event(3, "overdue", date(2026, 3, 1), days=48))
    other = loan(event(2, "overdue", date(2026, 3, 2), days=7), bank="two")
    assert facts(late, other, day=date(2026, 4, 1)).worst_days_past_due == 48
    assert facts(late, other, day=date(2026, 2, 28)).worst_days_past_due == 20


def test_lateness_is_forgotten_24_months_after_it_ended_the_last_day_included() -> None:
    late = loan(event(2, "overdue", date(2026, 2, 1), days=20), event(3, "repaid", date(2026, 2, 28), 50_00))
    assert facts(late, day=date(2028, 2, 28)).worst_days_past_due == 20
    assert facts(late, day=date(2028, 2, 29)).worst_days_past_due == 0


def test_lateness_that_still_stands_is_never_too_old_to_count() -> None:
    late = loan(event(2, "overdue", date(2026, 2, 1), days=20))
    assert facts(late, day=date(2036, 2, 1)).worst_days_past_due == 20


def test_a_loan_that_ended_more_than_24_months_ago_is_no_record_of_repaying_but_borrowing_began_with_it() -> None:
    over = loan(event(2, "settled", date(2026, 6, 30), 0))
    assert facts(over, day=date(2028, 6, 30)).worst_days_past_due == 0
    later = facts(over, day=date(2028, 7, 1))
    assert (later.worst_days_past_due, later.months_since_first_loan, later.lenders) == (None, 29, 0)


@pytest.mark.parametrize(
    ("start", "day", "months"),
    [
        (date(2025, 11, 24), date(2025, 12, 23), 0),
        (date(2025, 11, 24), date(2025, 12, 24), 1),
        (date(2025, 11, 24), date(2026, 11, 23), 11),
        (date(2025, 11, 24), date(2026, 11, 24), 12),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
    ],
)
def test_a_month_is_full_on_the_same_date_or_on_the_months_last_day(start: date, day: date, months: int) -> None:
    assert full_months(start, day) == months


def test_the_first_loan_of_any_bank_began_the_borrowing() -> None:
    old = loan(event(2, "settled", date(2020, 6, 1), 0), first=date(2020, 1, 1), bank="two")
    assert facts(loan(), old, day=date(2026, 1, 5)).months_since_first_loan == 72


def test_a_lender_counts_once_and_only_while_something_is_owed_to_it() -> None:
    ended = loan(event(2, "settled", date(2026, 2, 1), 0), bank="three")
    assert facts(loan(), loan(number="L-2"), loan(bank="two"), ended, day=date(2026, 3, 1)).lenders == 2
    assert facts(ended, day=date(2026, 1, 31)).lenders == 1


@pytest.mark.parametrize(("days", "since"), [(90, None), (91, date(2026, 6, 1)), (100, date(2026, 5, 23))])
def test_a_veto_stands_from_the_91st_day_past_due_on(days: int, since: date | None) -> None:
    veto = facts(loan(event(2, "overdue", date(2026, 6, 1), days=days)), day=date(2026, 7, 1)).veto
    assert (veto.since if veto else None) == since


def test_a_veto_for_lateness_ends_when_its_bank_reports_fewer_days_or_nothing_owed() -> None:
    late = event(2, "overdue", date(2026, 6, 1), days=120)
    for after in (event(3, "repaid", date(2026, 8, 1), 50_00, 30), event(3, "settled", date(2026, 8, 1), 0)):
        assert facts(loan(late, after), day=date(2026, 7, 31)).veto
        assert facts(loan(late, after), day=date(2026, 8, 1)).veto is None


def test_a_loan_written_off_is_a_veto_until_all_of_it_is_paid_however_late_it_was() -> None:
    written = loan(
        event(2, "written_off", date(2026, 6, 1), days=40),
        event(3, "repaid", date(2026, 7, 1), 1, 0),
        event(4, "repaid", date(2026, 8, 1), 0),
    )
    for day in (date(2026, 6, 1), date(2026, 7, 31)):
        veto = facts(written, day=day).veto
        assert veto is not None
        assert (veto.since, veto.written_off) == (date(2026, 6, 1), True)
    assert facts(written, day=date(2026, 8, 1)).veto is None


@given(st.lists(st.integers(0, 200), max_size=8), st.integers(0, 1500))
def test_time_alone_never_makes_lateness_worse_nor_the_borrowing_shorter(lateness: list[int], later: int) -> None:
    told = [event(place, "overdue", FIRST + timedelta(days=40 * place), days=n) for place, n in enumerate(lateness, 2)]
    end = FIRST + timedelta(days=400)
    now, then = facts(loan(*told), day=end), facts(loan(*told), day=end + timedelta(days=later))
    assert then.worst_days_past_due is not None
    assert now.worst_days_past_due is not None
    assert then.worst_days_past_due <= now.worst_days_past_due
    assert then.months_since_first_loan >= now.months_since_first_loan


def after_disbursement(event: LoanEvent) -> int:
    first = LoanEvent(1, "disbursed", FIRST, OWED, OWED, 0, "P2")
    return loan_after(loan_after(None, first), event).balance_cents


def test_what_is_settled_owes_nothing_and_what_is_written_off_is_still_owed() -> None:
    settled = LoanEvent(2, "settled", FIRST, OWED, 0, 0, None)
    written = LoanEvent(2, "written_off", FIRST, OWED, OWED, 200, None)
    assert (after_disbursement(settled), after_disbursement(written)) == (0, OWED)
    for wrong in (
        replace(settled, balance_cents=1),
        replace(settled, days_past_due=1),
        replace(settled, amount_cents=OWED - 1),
        replace(written, balance_cents=OWED - 1),
        replace(written, amount_cents=0),
    ):
        with pytest.raises(LoanEventRefused):
            after_disbursement(wrong)


def test_a_loan_that_is_paid_back_cannot_be_written_off() -> None:
    first = LoanEvent(1, "disbursed", FIRST, OWED, OWED, 0, "P2")
    paid = loan_after(loan_after(None, first), LoanEvent(2, "repaid", FIRST, OWED, 0, 0, None))
    with pytest.raises(LoanEventRefused):
        loan_after(paid, LoanEvent(3, "written_off", FIRST, 0, 0, 0, None))


@given(
    begun=st.integers(0, 900),
    late=st.lists(st.tuples(st.integers(1, 400), st.integers(0, 120), st.booleans()), max_size=4),
    ahead=st.integers(0, 60),
)
def test_what_loans_say_stays_true_through_the_day_that_is_named(
    begun: int, late: list[tuple[int, int, bool]], ahead: int
) -> None:
    first, events, on = FIRST, [], FIRST
    for number, (after, days, owed) in enumerate(late, 2):
        on += timedelta(days=after)
        events.append(event(number, "overdue", on, OWED if owed else 0, days if owed else 0))
    reported, day = loan(*events, first=first), max(on, first + timedelta(days=begun))
    until = holds_until([reported], day)
    assert until >= day
    between = min(until, day + timedelta(days=ahead))
    assert facts(reported, day=between) == facts(reported, day=day)


def test_the_day_after_a_month_more_has_passed() -> None:
    assert holds_until([loan()], date(2026, 2, 4)) == date(2026, 2, 4)
    assert holds_until([loan()], date(2026, 2, 5)) == date(2026, 3, 4)
    assert facts(loan(), day=date(2026, 3, 5)).months_since_first_loan == 2
