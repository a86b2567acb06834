"""What a machine does to bashan: kills it, takes its database away, stops it; nothing acknowledged is ever lost."""

import os
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import orjson
import pytest

from tests.e2e.callers import Caller, good, refused
from tests.e2e.people import new_household
from tests.e2e.running import Bashan, free_port, until
from tests.e2e.starting.load import TOWNSHIP, Callers

# On a quiet machine two or three seconds each; tests share theirs.
ENDS_WITHIN = 20.0
DATABASE_BACK_WITHIN = 30.0
# Checks R02: ready at most ten seconds after the database.
ANSWERS_AGAIN_WITHIN = 10.0


@pytest.fixture(scope="module")
def bashan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bashan]:
    """Whose first filling of the demonstration was killed half way, the database server with it."""
    with Bashan(tmp_path_factory.mktemp("killed") / "data") as made:
        made.start()
        until(lambda: made.said().count(" households\n") >= 3, 120, "three villages are filled")
        made.kill_everything()
        assert not (made.data_dir / "demo" / "credentials.json").exists()
        yield made


def up(bashan: Bashan, *arguments: str) -> Caller:
    """The county official of a bashan that runs in this way, started if need be."""
    if bashan.runs and bashan.started_with != arguments:
        bashan.stop()
    if not bashan.runs:
        bashan.start(*arguments)
        bashan.wait_ready()
    return bashan.logged_in("county_official")


def register(county: Caller) -> tuple[dict[str, Any], str]:
    """An acknowledged registration: what was sent, and its key."""
    sent, key = new_household(), str(uuid.uuid4())
    good(county.post("/v1/households", sent, key=key), 201)
    return sent, key


def test_a_filling_that_was_killed_is_completed_by_the_next_start(bashan: Bashan) -> None:
    county = up(bashan)
    summary = good(county.get("/v1/credit/summary", region=TOWNSHIP))
    wanted = {"households": 2572, "poor_households": 934, "rated_households": 1424, "credit_households": 877}
    assert summary == {**summary, **wanted, "credit_villages": 7, "credit_townships": 1}
    coverage = good(county.get("/v1/cadres/coverage", region=TOWNSHIP))
    assert (coverage["poor_households"], coverage["unpaired"]) == (934, 0)
    bank = bashan.credentials["bank"]
    query = {"household_id": bank["household_id"], "consent_id": bank["consent_id"], "purpose": "loan_review"}
    reply = bashan.bank().post("/v1/partner/grades/query", {"queries": [{**query, "reference": "1"}]})
    assert good(reply)["results"][0]["status"] == "ok"


def test_other_commands_work_beside_it(bashan: Bashan) -> None:
    up(bashan)
    status = orjson.loads(beside(bashan, "status", "--json").stdout)
    assert status["serving"] is True
    assert {service["behind"] for service in status["services"].values()} == {0}
    assert "rows fit" in beside(bashan, "audit", "verify").stdout
    assert bashan.is_ready()


def beside(bashan: Bashan, *arguments: str) -> subprocess.CompletedProcess[str]:
    ended = bashan.command(*arguments)
    assert ended.returncode == 0, ended
    return ended


def test_after_a_kill_of_the_database_server_requests_are_answered_again_without_a_restart(bashan: Bashan) -> None:
    county = up(bashan)
    sent, _ = register(county)
    path = f"/v1/households/{sent['household_id']}"
    postmaster = int((bashan.data_dir / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    began, back = time.monotonic(), None
    while (reply := county.get(path)).status_code != 200:
        refused(reply, 503, "database_unavailable")
        assert int(reply.headers["retry-after"]) >= 1
        if back is None and "had died and was started again" in bashan.said():
            back = time.monotonic()
        assert time.monotonic() - began < DATABASE_BACK_WITHIN + ANSWERS_AGAIN_WITHIN, reply.text
        assert back is None or time.monotonic() - back < ANSWERS_AGAIN_WITHIN, reply.text
        time.sleep(0.1)
    until(lambda: "had died and was started again" in bashan.said(), 5, "the operator is told")
    for everyone in (bashan.logged_in("cadre"), bashan.household(), bashan.bank()):
        assert everyone.token
    register(county)
    village = f"{TOWNSHIP}202"
    run = good(county.post("/v1/credit/scoring-runs", {"region": village}), 202)["job_id"]
    until(lambda: good(county.get(f"/v1/credit/jobs/{run}"))["state"] == "succeeded", 40, "jobs run again")


def test_after_a_kill_of_everything_nothing_acknowledged_is_lost_or_done_twice(bashan: Bashan) -> None:
    writers = Writers(up(bashan))
    with writers:
        until(lambda: len(writers.acknowledged) > 10, 30, "registrations are under way")
        bashan.kill_everything()
    county = up(bashan, "--processes")
    for key, sent in writers.sent.items():
        again = county.post("/v1/households", sent, key=key)
        good(again, 201)
        assert key not in writers.acknowledged or again.headers["idempotency-replayed"] == "true"
        history = good(county.get(f"/v1/households/{sent['household_id']}/history"))
        assert [change["kind"] for change in history["changes"]] == ["registered"]


def test_a_body_that_is_cut_off_on_its_way_to_a_service_is_no_accident(bashan: Bashan) -> None:
    county = up(bashan, "--processes")
    pieces = (b"x" * 50_000 for _ in range(40))
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    refused(county.send("POST", "/v1/households", content=pieces, headers=headers), 413, "body_too_large")


def test_a_service_behind_its_socket_trusts_no_one_for_where_they_come_from(bashan: Bashan) -> None:
    county = up(bashan, "--processes")
    doors = {"households": f"/v1/regions/{TOWNSHIP}", "cadres": "/v1/me/caseload", "credit": "/v1/credit/cards"}
    claimed = {"X-User-Id": "demo-city", "X-User-Roles": "city_official", "X-Forwarded-For": "127.0.0.1"}
    bearer = {"Authorization": f"Bearer {county.token}"}
    for name, door in doors.items():
        path = bashan.data_dir / "run" / f"{name}.sock"
        assert path.stat().st_mode & 0o077 == 0
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(path)), base_url="http://service") as client:
            for headers in (claimed, {"Authorization": "Bearer x"}):
                refused(client.get(door, headers=headers), 401)
            for headers in ({}, claimed, bearer, {"Authorization": "Bearer x"}):
                refused(client.get("/internal/changes?topics=household", headers=headers), 401)


def test_services_whose_parent_was_killed_end_by_themselves(bashan: Bashan) -> None:
    up(bashan, "--processes")
    bashan.kill_up()
    until(lambda: not bashan.processes(), 20, "services and database server are gone")


@pytest.mark.parametrize(
    ("arguments", "number"), [(("--processes",), signal.SIGTERM), ((), signal.SIGINT)], ids=["processes", "ctrl-c"]
)
@pytest.mark.parametrize("_round", [1, *(pytest.param(more, marks=pytest.mark.slow) for more in range(2, 11))])
def test_a_stop_answers_what_was_asked_and_leaves_nothing_behind(
    bashan: Bashan, arguments: tuple[str, ...], number: signal.Signals, _round: int
) -> None:
    """Ten times each way with --slow (drill R20)."""
    if bashan.runs:
        bashan.stop()
    bashan.move_to(free_port())
    callers = Callers(up(bashan, *arguments))
    assert bashan.credentials["gateway_url"] == bashan.url
    assert bashan.credentials["bank"]["token_url"].startswith(bashan.url)
    with callers:
        until(lambda: callers.answered > 20, 30, "requests are under way")
        status, seconds = bashan.stop(number)
    assert status == 0
    assert seconds < ENDS_WITHIN
    assert bashan.processes() == []
    assert not callers.failed
    said = bashan.said()
    assert "Traceback" not in said
    assert "unexpected_error" not in said


def test_outside_the_demonstration_the_public_surface_is_small(bashan: Bashan) -> None:
    """Check S66."""
    if bashan.runs:
        bashan.stop()
    operator_port = str(free_port())
    settings = {
        "BASHAN_DEMONSTRATION": "false",
        "BASHAN_OPERATOR_PORT": operator_port,
        "BASHAN_STOP_NOTICE_SECONDS": "2",
    }
    with Bashan(bashan.data_dir, **settings) as plain:
        plain.start()
        plain.wait_ready()
        for path in ("/docs", "/docs/swagger-ui.css", "/openapi.json", "/metrics"):
            refused(plain.anyone().get(path), 404, "route_unknown")
        for path in ("/livez", "/readyz"):
            reply = plain.anyone().get(path)
            assert reply.json() == {"status": "ok"}
            assert "server" not in reply.headers
        operations = f"http://127.0.0.1:{operator_port}"
        metrics = httpx.get(f"{operations}/metrics").text
        assert 'bashan_gateway_request_seconds_count{method="GET",status="200",template="/livez"}' in metrics
        assert 'bashan_gateway_breakers_open{service="credit"} 0.0' in metrics
        parts = httpx.get(f"{operations}/readyz").json()
        assert parts == dict.fromkeys(("gateway", "database", "households", "cadres", "credit"), True)
        assert httpx.get(f"{operations}/v1/me").status_code == 404
        with ThreadPoolExecutor(1) as thread:
            stopping = thread.submit(plain.stop)
            until(lambda: plain.anyone().get("/readyz").status_code == 503, 5, "not ready, before it stops")
            assert plain.anyone().get("/livez").status_code == 200
            assert stopping.result()[0] == 0


class Writers:
    """Four clerks who register until they are cut off; `acknowledged` are the keys whose answer they saw."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._threads = [threading.Thread(target=self._write) for _ in range(4)]
        self.sent: dict[str, dict[str, Any]] = {}
        self.acknowledged: set[str] = set()

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join(30)

    def _write(self) -> None:
        while True:
            key, body = str(uuid.uuid4()), new_household()
            self.sent[key] = body
            try:
                reply = self._caller.post("/v1/households", body, key=key)
            except httpx.TransportError:
                return
            if reply.status_code == 201:
                self.acknowledged.add(key)
            elif reply.status_code != 503:
                raise AssertionError(reply.text)
