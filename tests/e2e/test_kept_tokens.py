"""The callers of a long run log in again before their tokens run out."""

import httpx
import pytest

from tests.e2e.callers import KeptToken


@pytest.mark.parametrize(("lives", "fetched"), [(300, 1), (0, 4)])
def test_a_token_is_fetched_anew_when_it_has_lived_and_not_before(lives: int, fetched: int) -> None:
    numbers = iter(range(10))

    def log_in() -> httpx.Response:
        return httpx.Response(200, json={"access_token": f"token-{next(numbers)}", "expires_in": lives})

    kept = KeptToken(log_in)
    assert [kept() for _ in range(3)][-1] == f"token-{fetched - 1}"
