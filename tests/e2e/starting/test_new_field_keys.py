"""New keys for ID numbers and phones while everybody works: nobody notices, nothing stays on the old key (S49)."""

import itertools
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Self

import httpx
import orjson
import pytest

from tests.e2e.callers import Caller, good
from tests.e2e.people import new_household
from tests.e2e.running import Bashan, until

TOWNSHIP = "511921122"


@pytest.fixture(scope="module")
def bashan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bashan]:
    """One process a service, as in production."""
    with Bashan(tmp_path_factory.mktemp("keys") / "data") as made:
        made.start("--processes")
        made.wait_ready()
        yield made


class Load:
    """Households are read, found by phone and registered without a pause; what was answered is counted."""

    def __init__(self, bashan: Bashan) -> None:
        self.county = bashan.logged_in("county_official")
        listed = good(self.county.get("/v1/households", region=TOWNSHIP, limit=100))
        self.ids = [one["household_id"] for one in listed["items"]]
        self.statuses: Counter[int] = Counter()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._go, args=(do,)) for do in (self._read, self._write)]
        self._url = bashan.url

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _go(self, do: Callable[[Caller, int], httpx.Response]) -> None:
        with httpx.Client(base_url=self._url, timeout=30) as http:
            caller = Caller(http, self.county.token)
            for number in itertools.count():
                if self._stopping.is_set():
                    return
                self.statuses[do(caller, number).status_code] += 1

    def _read(self, caller: Caller, number: int) -> httpx.Response:
        return caller.get(f"/v1/households/{self.ids[number % len(self.ids)]}")

    def _write(self, caller: Caller, _number: int) -> httpx.Response:
        return caller.post("/v1/households", new_household())


def told(bashan: Bashan, *words: str) -> Any:
    ended = bashan.command("rotate-keys", *words, "--json")
    assert ended.returncode == 0, ended
    return orjson.loads(ended.stdout)


def test_a_rotation_under_load_that_is_killed_half_way_fails_nobody_and_leaves_nothing(bashan: Bashan) -> None:
    before = told(bashan, "--status")["households"]
    assert (before["newest"], before["on_old_keys"], set(before["rows"])) == (1, 0, {"1"})
    with Load(bashan) as load:
        until(lambda: load.statuses.total() > 20, 30, "everybody works")
        kill_after_the_first_column(bashan)
        half = told(bashan, "--status")["households"]
        assert half["keys"] == [1, 2], "both open what there is"
        assert half["rows"]["1"] > 0, "it was killed half way"
        seen = load.statuses.total()
        unfinished = bashan.command("rotate-keys")
        assert (unfinished.returncode, "--resume" in unfinished.stderr) == (1, True)
        done = told(bashan, "--resume")
        until(lambda: load.statuses.total() > seen + 100, 30, "everybody works on")
    assert set(load.statuses) <= {200, 201}, load.statuses
    assert {one["left"] for one in done.values()} == {0}
    assert done["households"]["retired"] == [1]
    after = told(bashan, "--status")["households"]
    assert (after["keys"], after["on_old_keys"]) == ([2], 0)
    assert sum(after["rows"].values()) > sum(before["rows"].values()), "what was registered meanwhile is there"
    said = bashan.said()
    assert "Traceback" not in said
    assert "CannotDecrypt" not in said


def kill_after_the_first_column(bashan: Bashan) -> None:
    command = [sys.executable, "-u", "-m", "bashan", "rotate-keys"]
    with subprocess.Popen(command, env=bashan.environment, stdout=subprocess.PIPE, text=True) as rotating:
        assert rotating.stdout is not None
        assert rotating.stdout.readline().startswith("households: households.phone:")
        time.sleep(0.2)
        rotating.send_signal(signal.SIGKILL)


def test_what_was_done_stands_in_the_audit_chain_and_the_doctor_finds_it_well(bashan: Bashan) -> None:
    assert "rows fit" in bashan.command("audit", "verify").stdout
    found = orjson.loads(bashan.command("doctor", "--deep", "--json").stdout)["findings"]
    states = {one["question"]: one["state"] for one in found}
    assert states["rotation of field keys"] == "ok"
    assert {state for question, state in states.items() if question.startswith("sealed rows")} == {"ok"}
