"""One service's clock is ten minutes wrong, either way: times stay true, and nothing breaks for good (drill R24)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import pytest

from bashan.embedded_postgres import EmbeddedPostgres
from tests.deploy.installation import BEHIND, Installation, answer_of, log_in
from tests.e2e.people import new_household
from tests.e2e.running import until

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
COUNTY = "511921"
pytestmark = pytest.mark.skipif(not LIBRARIES, reason="no libfaketime on this machine: install the package libfaketime")


def off_by(minutes: int) -> dict[str, str]:
    """The environment of a process whose wall clock is wrong; what measures durations goes right."""
    return {"LD_PRELOAD": str(LIBRARIES[0]), "FAKETIME": f"{minutes:+d}m", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.fixture(scope="module")
def installation(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("clock"), postgres, f"clock_{worker_id}")
    try:
        assert made.command("init").returncode == 0
        ran = made.command("migrate")
        assert ran.returncode == 0, ran.stderr
        for name in (*BEHIND, "gateway"):
            made.start(name)
        made.wait_until_ready()
        yield made
    finally:
        made.kill_everything()


@pytest.fixture(scope="module")
def official(installation: Installation) -> dict[str, str]:
    made = answer_of(
        installation.command("ops", "users", "add", "wang", "--role", f"county_official={COUNTY}", "--json")
    )
    return log_in(installation.url, "wang", made["password"])


def restarted(installation: Installation, name: str, minutes: int) -> None:
    assert installation.stop(name) == 0
    installation.start(name, **(off_by(minutes) if minutes else {}))
    installation.wait_until_ready(name)
    until(lambda: httpx.get(f"{installation.url}/readyz").status_code == 200, 30, "the gateway sees it again")


@pytest.mark.parametrize("minutes", [10, -10])
def test_a_service_with_a_wrong_clock_records_true_times_and_reports_none_below_zero(
    installation: Installation, official: dict[str, str], minutes: int
) -> None:
    restarted(installation, "households", minutes)
    try:
        sent = new_household(f"{COUNTY}122202")
        headers = official | {"Idempotency-Key": f"clock-{minutes}"}
        done = httpx.post(f"{installation.url}/v1/households", json=sent, headers=headers)
        assert done.status_code == 201, done.text
        again = httpx.post(f"{installation.url}/v1/households", json=sent, headers=headers)
        assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
        place = f"{installation.url}/v1/households/{sent['household_id']}/history"
        (change,) = httpx.get(place, headers=official).json()["changes"]
        recorded = datetime.fromisoformat(change["at"])
        assert abs(recorded - datetime.now(UTC)) < timedelta(minutes=1), "the database's clock orders what was done"
        metrics = httpx.get(f"http://127.0.0.1:{installation.metrics['households']}/metrics").text
        assert "bashan_key_age_seconds" in metrics
        assert not re.search(r"^\w+(\{[^}]*\})? -", metrics, re.MULTILINE), "nothing is younger than nothing"
        assert "feed_failed" not in installation.said("households")
    finally:
        restarted(installation, "households", 0)
    # Ten minutes fast it took its siblings' tokens for run out, which live for one: what they missed they read now.
    until(lambda: _behind(installation, "cadres") < 5, 30, "cadres has read its log to the end")


@pytest.mark.parametrize("minutes", [10, pytest.param(-10, marks=pytest.mark.slow)])
def test_a_reader_with_a_wrong_clock_is_told_from_a_sibling_and_goes_on_when_it_is_right(
    installation: Installation, official: dict[str, str], minutes: int
) -> None:
    """Ten minutes slow, its tokens for its siblings have run out before they come: refused, and nothing breaks."""
    restarted(installation, "credit", minutes)
    try:
        cards = httpx.get(f"{installation.url}/v1/credit/cards", headers=official)
        assert cards.status_code == 200, cards.text
        assert "feed_failed" not in installation.said("credit"), "what is refused is delayed, not broken"
    finally:
        restarted(installation, "credit", 0)
    until(lambda: _behind(installation, "credit") < 5, 30, "it reads its siblings again")


def _behind(installation: Installation, name: str) -> float:
    metrics = httpx.get(f"http://127.0.0.1:{installation.metrics[name]}/metrics").text
    found = re.findall(rf'bashan_feed_behind_seconds\{{service="{name}",source="\w+"\}} ([\d.e+-]+)', metrics)
    return max(map(float, found))


@pytest.mark.parametrize("minutes", [10, -10])
def test_the_doctor_names_a_clock_that_is_wrong(installation: Installation, minutes: int) -> None:
    ran = installation.command("ops", "doctor", "--json", **off_by(minutes))
    assert ran.returncode == 1
    found = {one["question"]: one for one in orjson.loads(ran.stdout)["findings"]}
    assert found["clocks of credit"]["state"] == "fault"
    assert found["clocks of credit"]["cure"] == "set the clocks by NTP"
