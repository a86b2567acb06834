"""What becomes of a loan when its bank reports an event, early, late or twice."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.credit.domain.loan_balance import LoanEvent, check_event
from services.credit.domain.loan_reports import APPLIED, REPEATED, WAITING, Standing, take_report
from services.credit.domain.record_errors import LoanEventDiffers, LoanEventRefused

DAY = date(2026, 1, 5)


def disbursed(amount: int = 100_00) -> LoanEvent:
    return LoanEvent(1, "disbursed", DAY, amount, amount, 0, "P2")


def repaid(number: int, amount: int, balance: int, days: int = 0) -> LoanEvent:
    return LoanEvent(number, "repaid", DAY + timedelta(days=number), amount, balance, days, None)


def overdue(number: int, balance: int, days: int) -> LoanEvent:
    return LoanEvent(number, "overdue", DAY + timedelta(days=number), 0, balance, days, None)


def told(*events: LoanEvent) -> tuple[Standing, list[str]]:
    standing, statuses = Standing(), []
    for event in events:
        standing, status = take_report(standing, event)
        statuses.append(status)
    return standing, statuses


def test_events_in_order_are_applied_one_by_one() -> None:
    standing, statuses = told(disbursed(), repaid(2, 40_00, 60_00), overdue(3, 60_00, 12))
    assert statuses == [APPLIED] * 3
    assert standing.loan is not None
    assert (standing.loan.balance_cents, standing.loan.days_past_due, standing.next_event) == (60_00, 12, 4)


@given(st.randoms(use_true_random=False), st.integers(1, 8))
def test_in_whatever_order_they_come_the_loan_ends_the_same(dice: random.Random, repayments: int) -> None:
    events = [disbursed(), *(repaid(number, 10_00, 110_00 - 10_00 * number) for number in range(2, 2 + repayments))]
    mixed = dice.sample(events, len(events))
    standing, statuses = told(*mixed)
    assert standing.loan == told(*events)[0].loan
    assert (len(standing.applied), standing.waiting) == (len(events), {})
    assert set(statuses) <= {APPLIED, WAITING}


def test_the_same_report_again_changes_nothing_also_while_it_waits() -> None:
    standing, statuses = told(repaid(2, 1, 99_99), repaid(2, 1, 99_99), disbursed(), disbursed(), repaid(2, 1, 99_99))
    assert statuses == [WAITING, REPEATED, APPLIED, REPEATED, REPEATED]
    assert standing.next_event == 3


def test_another_content_under_a_known_number_is_a_conflict_also_while_it_waits() -> None:
    for known in (told(disbursed()), told(repaid(2, 1, 99_99))):
        with pytest.raises(LoanEventDiffers):
            take_report(
                known[0], LoanEvent(max({**known[0].applied, **known[0].waiting}), "repaid", DAY, 5, 5, 0, None)
            )


def test_one_that_waited_and_does_not_fit_is_let_go_and_may_come_again() -> None:
    standing, _ = told(repaid(2, 40_00, 10_00), repaid(3, 10_00, 50_00), disbursed())
    assert (standing.next_event, set(standing.waiting)) == (2, {3})
    standing, status = take_report(standing, repaid(2, 40_00, 60_00))
    assert (status, standing.next_event, standing.waiting) == (APPLIED, 4, {})


@pytest.mark.parametrize(
    "event",
    [
        repaid(2, 40_00, 61_00),
        repaid(2, 0, 101_00),
        overdue(2, 101_00, 5),
        LoanEvent(2, "repaid", DAY - timedelta(days=1), 1, 99_99, 0, None),
        LoanEvent(2, "disbursed", DAY, 100_00, 100_00, 0, "P2"),
    ],
)
def test_what_cannot_follow_is_refused(event: LoanEvent) -> None:
    with pytest.raises(LoanEventRefused):
        take_report(told(disbursed())[0], event)


@pytest.mark.parametrize(
    "event",
    [
        LoanEvent(1, "repaid", DAY, 1, 1, 0, "P2"),
        LoanEvent(1, "disbursed", DAY, 100, 100, 0, None),
        LoanEvent(1, "disbursed", DAY, 100, 99, 0, "P2"),
        LoanEvent(1, "disbursed", DAY, 0, 0, 0, "P2"),
        LoanEvent(1, "disbursed", DAY, 100, 100, 1, "P2"),
        LoanEvent(2, "disbursed", DAY, 100, 100, 0, "P2"),
        LoanEvent(2, "repaid", DAY + timedelta(days=1), 1, 1, 0, None),
    ],
)
def test_what_can_be_true_of_no_loan_is_refused_whosever_it_is(event: LoanEvent) -> None:
    with pytest.raises(LoanEventRefused) as refused:
        check_event(event, today=DAY)
    assert refused.value.data["errors"][0]["pointer"] in {"/kind", "/on", "/product", "/balance_cents"}


def test_a_loan_is_non_performing_from_its_ninety_first_day_and_no_longer_when_it_is_made_good() -> None:
    ninety, _ = told(disbursed(), overdue(2, 100_00, 90))
    assert ninety.loan is not None
    assert ninety.loan.non_performing_since is None
    later, _ = take_report(ninety, LoanEvent(3, "overdue", date(2026, 5, 1), 0, 100_00, 100, None))
    assert later.loan is not None
    assert later.loan.non_performing_since == date(2026, 4, 22)
    still, _ = take_report(later, LoanEvent(4, "overdue", date(2026, 5, 9), 0, 100_00, 108, None))
    assert still.loan is not None
    assert still.loan.non_performing_since == date(2026, 4, 22)
    good, _ = take_report(still, LoanEvent(5, "repaid", date(2026, 6, 1), 100_00, 0, 0, None))
    assert good.loan is not None
    assert (good.loan.non_performing_since, good.loan.balance_cents) == (None, 0)
