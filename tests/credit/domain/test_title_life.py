"""What becomes of a title as time goes by."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.credit.domain.policy_in_force import policy_in_force
from services.credit.domain.title_life import (
    RUNNING,
    Measured,
    Title,
    TitleState,
    granted,
    last_quarter_end,
    may_be_granted,
    title_steps,
)
from services.credit.domain.title_policy import title_policy_from
from services.credit.storage.shipped_policies import title_policies
from tests.builders.title_policies import LIFE_1, POLICY_1

DAY = date(2026, 11, 24)
GOOD = Measured(earned=True, stars=2, balance_cents=1_000_000_00, npl_cents=0)
FAILS = replace(GOOD, earned=False, stars=0)


def new(day: date = DAY) -> Title:
    return granted(GOOD, LIFE_1, "credit-titles@1", day)


def npl(cents: int, *, earned: bool = False) -> Measured:
    return replace(GOOD, npl_cents=cents, earned=earned)


def after(title: Title, *days: tuple[date, Measured]) -> tuple[Title, list[str]]:
    reasons: list[str] = []
    for day, measured in days:
        for step in title_steps(title, measured, LIFE_1, day):
            title = step.title
            reasons.append(step.reason)
    return title, reasons


def test_a_title_is_valid_for_three_years_the_last_day_included() -> None:
    title = new()
    assert title.valid_until == date(2029, 11, 24)
    reviewed, _ = after(title, (date(2027, 11, 24), GOOD), (date(2028, 11, 24), GOOD))
    last, reasons = after(reviewed, (date(2029, 11, 24), GOOD))
    assert (last.state, reasons) == (TitleState.HELD, ["review_passed"])
    ended, reasons = after(last, (date(2029, 11, 25), GOOD))
    assert (ended.state, ended.ended_on, reasons) == (TitleState.EXPIRED, date(2029, 11, 25), ["last_day_over"])


def test_it_is_reviewed_after_a_year_and_not_the_day_before_and_takes_its_new_stars() -> None:
    title = new()
    assert after(title, (date(2027, 11, 23), GOOD))[1] == []
    reviewed, reasons = after(title, (date(2027, 11, 24), replace(GOOD, stars=3)))
    assert (reviewed.stars, reviewed.reviewed_on, reasons) == (3, date(2027, 11, 24), ["review_passed"])


def test_the_second_failed_review_revokes_it_and_the_first_does_not() -> None:
    once, reasons = after(new(), (date(2027, 11, 24), FAILS))
    assert (once.state, once.failed_reviews, reasons) == (TitleState.HELD, 1, ["review_failed"])
    twice, reasons = after(once, (date(2028, 11, 24), FAILS))
    assert (twice.state, reasons) == (TitleState.REVOKED, ["second_review_failed"])


@pytest.mark.parametrize(("cents", "suspended"), [(50_000_00, False), (50_000_01, True)])
def test_more_than_five_percent_suspends_it_and_exactly_five_does_not(cents: int, suspended: bool) -> None:
    assert (after(new(), (date(2026, 12, 1), npl(cents)))[0].state is TitleState.SUSPENDED) is suspended


def test_two_ends_of_a_quarter_running_at_three_percent_or_less_lift_it() -> None:
    stopped, _ = after(new(), (date(2026, 12, 1), npl(60_000_00)))
    first, reasons = after(stopped, (date(2026, 12, 30), npl(0)), (date(2026, 12, 31), npl(30_000_00)))
    assert (first.clean_quarters, reasons) == (1, ["quarter_good"])
    assert after(first, (date(2027, 3, 30), npl(0)))[1] == []
    back, reasons = after(first, (date(2027, 3, 31), npl(30_000_00)))
    assert (back.state, back.suspended_on, reasons) == (TitleState.HELD, None, ["npl_low_again"])
    bad, reasons = after(first, (date(2027, 3, 31), npl(30_000_01)))
    assert (bad.state, bad.clean_quarters, reasons) == (TitleState.SUSPENDED, 0, ["quarter_bad"])


def test_a_quarter_that_nobody_measured_breaks_the_row() -> None:
    stopped, _ = after(new(), (date(2026, 12, 1), npl(60_000_00)))
    late, reasons = after(stopped, (date(2026, 12, 31), npl(0)), (date(2027, 6, 30), npl(0)))
    assert (late.state, late.clean_quarters, reasons) == (TitleState.SUSPENDED, 1, ["quarter_good", "quarter_good"])


def test_a_balance_of_zero_is_no_good_quarter_and_no_bad_loan() -> None:
    nothing = Measured(earned=False, stars=0, balance_cents=0, npl_cents=0)
    assert after(new(), (date(2026, 12, 1), nothing))[1] == []
    stopped, _ = after(new(), (date(2026, 12, 1), npl(60_000_00)))
    assert after(stopped, (date(2026, 12, 31), nothing))[1] == ["quarter_bad"]


def test_a_title_is_granted_to_who_earns_it_and_holds_none_and_a_year_after_it_was_revoked() -> None:
    assert may_be_granted(None, GOOD, LIFE_1, DAY)
    assert not may_be_granted(None, FAILS, LIFE_1, DAY)
    assert not may_be_granted(new(), GOOD, LIFE_1, DAY)
    revoked = replace(new(), state=TitleState.REVOKED, ended_on=DAY)
    assert not may_be_granted(revoked, GOOD, LIFE_1, date(2027, 11, 23))
    assert may_be_granted(revoked, GOOD, LIFE_1, date(2027, 11, 24))
    assert may_be_granted(replace(revoked, state=TitleState.EXPIRED), GOOD, LIFE_1, DAY)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 12, 31), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2026, 12, 31)),
        (date(2027, 3, 30), date(2026, 12, 31)),
        (date(2027, 3, 31), date(2027, 3, 31)),
        (date(2028, 2, 29), date(2027, 12, 31)),
    ],
)
def test_the_last_end_of_a_quarter(day: date, end: date) -> None:
    assert last_quarter_end(day) == end


MEASURED = st.builds(
    Measured, earned=st.booleans(), stars=st.integers(1, 3), balance_cents=st.just(100), npl_cents=st.integers(0, 10)
)


@given(st.lists(st.tuples(st.integers(0, 200), MEASURED), max_size=20))
def test_whatever_happens_a_title_ends_in_time_and_a_day_is_worked_once(days: list[tuple[int, Measured]]) -> None:
    """Never in effect past its last day, revoked at two failed reviews, and each step counts one version."""
    title, today = new(), DAY
    for later, measured in days:
        today += timedelta(days=later)
        steps = title_steps(title, measured, LIFE_1, today)
        assert [step.title.version for step in steps] == [title.version + n + 1 for n in range(len(steps))]
        title = steps[-1].title if steps else title
        assert title_steps(title, measured, LIFE_1, today) == ()
        assert title.state not in RUNNING or today <= title.valid_until
        assert (title.state is TitleState.REVOKED) == (title.failed_reviews >= LIFE_1.failed_reviews_to_revoke)
        assert (title.suspended_on is not None) or title.state is not TitleState.SUSPENDED


def test_the_published_text_names_every_threshold_of_its_version_and_has_no_place_left_open() -> None:
    text = "".join(POLICY_1.text)
    assert "{" not in text
    for number in ("80%", "70%", "90%", "3%", "1%", "30 户", "10 户", "50%", "36 个月", "12 个月", "5%", "2 个季度"):
        assert number in text


def test_a_policy_that_lacks_a_threshold_has_one_too_many_or_an_open_place_is_refused() -> None:
    sound: dict[str, Any] = {
        "version": "v@2",
        "effective_from": "2027-01-01",
        "village": {name: getattr(POLICY_1.village, name) for name in POLICY_1.village.__slots__} | {"stars": []},
        "township": {name: getattr(POLICY_1.township, name) for name in POLICY_1.township.__slots__},
        "life": {name: getattr(LIFE_1, name) for name in LIFE_1.__slots__},
        "text": ["{village.credit_percent}%"],
    }
    later = title_policy_from(sound)
    assert later.text == ("70%",)
    wrongs: tuple[dict[str, Any], ...] = (
        {"life": {}},
        {"township": {**sound["township"], "more": 1}},
        {"text": ["{village.other}"]},
    )
    for wrong in wrongs:
        with pytest.raises((KeyError, TypeError)):
            title_policy_from({**sound, **wrong})
    both = (*title_policies(), later)
    assert policy_in_force(both, date(2026, 12, 31)).version == "credit-titles@1"
    assert policy_in_force(both, date(2027, 1, 1)).version == "v@2"
