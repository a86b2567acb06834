"""How long must a login wait?"""

from datetime import UTC, datetime, timedelta

import pytest

from services.gateway.domain.login_wait import WINDOW, Attempts, Counts, login_wait, places_taken

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def attempts(
    here: int = 1, *, known: bool = False, strangers: int = 0, accounts: int = 0, beside: Counts | None = None
) -> Attempts:
    failed = Counts(here, strangers, accounts)
    return Attempts(failed, beside or failed, NOW - timedelta(minutes=1), known)


@pytest.mark.parametrize(
    ("seen", "waits"),
    [
        (attempts(5), False),
        (attempts(6), True),
        (attempts(6, known=True), True),
        (attempts(strangers=20), False),
        (attempts(strangers=21), True),
        (attempts(strangers=21, known=True), False),
        (attempts(accounts=5), False),
        (attempts(accounts=6), True),
        (attempts(accounts=6, known=True), False),
    ],
)
def test_each_count_stops_at_its_own_number_and_a_known_address_answers_to_the_first_only(
    seen: Attempts, waits: bool
) -> None:
    assert (login_wait(seen, NOW) is not None) == waits


def test_the_wait_is_what_is_left_of_the_quarter_of_an_hour() -> None:
    assert login_wait(attempts(6), NOW) == timedelta(minutes=14)
    assert login_wait(attempts(6), NOW + WINDOW) == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("beside", "known", "taken"),
    [
        (Counts(5, 20, 5), False, False),
        (Counts(6, 6, 1), False, True),
        (Counts(6, 6, 1), True, True),
        (Counts(1, 21, 1), False, True),
        (Counts(1, 1, 6), False, True),
        (Counts(1, 21, 6), True, False),
    ],
)
def test_logins_under_way_take_places_but_are_no_failures(beside: Counts, known: bool, taken: bool) -> None:
    seen = attempts(known=known, beside=beside)
    assert places_taken(seen) == taken
    assert login_wait(seen, NOW) is None
