"""The database hangs and says nothing: nobody waits for ever, and when it wakes nothing is stuck (drill R23).

Eight seconds of it; with --slow the half minute that the plan names.
"""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.e2e.running import Bashan, until

TOLD_WITHIN = 5.0
"""Two seconds on a quiet machine; tests share theirs."""
ANSWERED_WITHIN = 20.0
CALLERS = 8


@pytest.fixture
def bashan(tmp_path: Path) -> Iterator[Bashan]:
    with Bashan(tmp_path / "data", BASHAN_DEMONSTRATION="false") as made:
        made.start()
        made.wait_ready()
        yield made


def put_to_sleep(bashan: Bashan, number: signal.Signals) -> None:
    """Every process of the database server, its starter last and waking first, as a machine that swaps would."""
    for pid in sorted(bashan.postgres(), reverse=number is signal.SIGSTOP):
        os.kill(pid, number)


def log_in(bashan: Bashan) -> tuple[int, float]:
    """The status for somebody who is not there, and the seconds until it came."""
    began = time.monotonic()
    body = {"username": "nobody", "password": "not-a-password-of-anybody"}
    answer = httpx.post(f"{bashan.url}/v1/auth/password", json=body, timeout=60)
    return answer.status_code, time.monotonic() - began


@pytest.mark.parametrize("seconds", [8.0, pytest.param(30.0, marks=pytest.mark.slow)])
def test_while_the_database_hangs_callers_are_told_and_afterwards_everything_goes_on(
    bashan: Bashan, seconds: float
) -> None:
    assert log_in(bashan)[0] == 401
    put_to_sleep(bashan, signal.SIGSTOP)
    slept = time.monotonic()
    try:
        with ThreadPoolExecutor(CALLERS) as callers:
            asked = [callers.submit(log_in, bashan) for _ in range(CALLERS)]
            began = time.monotonic()
            assert httpx.get(f"{bashan.url}/readyz", timeout=30).status_code == 503
            assert httpx.get(f"{bashan.url}/livez", timeout=30).status_code == 200
            assert time.monotonic() - began < TOLD_WITHIN
            answers = [one.result() for one in asked]
        time.sleep(max(0.0, slept + seconds - time.monotonic()))
    finally:
        put_to_sleep(bashan, signal.SIGCONT)
    assert {status for status, _ in answers} == {503}
    assert max(took for _, took in answers) < ANSWERED_WITHIN
    until(bashan.is_ready, 10, "ready again without a restart")
    assert {log_in(bashan)[0] for _ in range(CALLERS)} <= {401, 429}
    assert "Traceback" not in bashan.said()
    assert "unexpected_error" not in bashan.said()
