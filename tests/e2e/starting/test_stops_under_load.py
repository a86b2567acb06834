"""Twenty stops under load: not ready first, then everybody answered, then gone (drill R20)."""

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.running import Bashan, until
from tests.e2e.starting.load import Callers

GRACE_SECONDS = 20.0


@pytest.fixture
def bashan(tmp_path: Path) -> Iterator[Bashan]:
    with Bashan(tmp_path / "data", BASHAN_STOP_NOTICE_SECONDS="1") as made:
        yield made


class Watch:
    """Asks one line of a load balancer for readiness until the line ends; keeps what it was told."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._thread = threading.Thread(target=self._ask)
        self.statuses: list[int] = []

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._thread.join(30)

    def _ask(self) -> None:
        with httpx.Client(base_url=self._url, timeout=20) as http:
            try:
                while True:
                    self.statuses.append(http.get("/readyz").status_code)
                    time.sleep(0.05)
            except httpx.TransportError:
                return


def stop_under_load(bashan: Bashan) -> None:
    callers, watch = Callers(bashan.logged_in("county_official")), Watch(bashan.url)
    with callers, watch:
        until(lambda: callers.answered > 20, 30, "requests are under way")
        status, seconds = bashan.stop(signal.SIGTERM)
    assert (status, callers.failed) == (0, [])
    assert seconds < GRACE_SECONDS
    assert 503 in watch.statuses, "it said that it is not ready while it still answered"
    assert set(watch.statuses) <= {200, 503}


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.slow)])
def test_a_stop_under_load_is_announced_and_breaks_nothing_off(bashan: Bashan, rounds: int) -> None:
    for _ in range(rounds):
        bashan.start()
        bashan.wait_ready()
        stop_under_load(bashan)
    said = bashan.said()
    assert "Traceback" not in said
    assert "unexpected_error" not in said
