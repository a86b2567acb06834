"""How long must a login wait?"""

from datetime import UTC, datetime, timedelta

import pytest

from services.gateway.domain.login_wait import WINDOW, Attempts, login_wait

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def attempts(here: int = 1, *, known: bool = False, strangers: int = 0, accounts: int = 0) -> Attempts:
    return Attempts(here, NOW - timedelta(minutes=1), known, strangers, accounts)


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
