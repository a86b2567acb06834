"""The command that completes the prefecture goes on by itself when the database was busy for a moment."""

from datetime import date
from typing import Any

import pytest

from bashan.demo import whole
from bashan.demo.load import Officials
from bashan.demo.population import DemoPlan
from shared.db import DatabaseBusy
from shared.errors import Failure, Unavailable

OFFICIALS = Officials("one", "two")


class Filling:
    """Stands for the long work, which fails so many times before it is done."""

    def __init__(self, fails: int, failure: Failure) -> None:
        self.fails, self.failure, self.begun = fails, failure, 0

    async def __call__(self, *_: Any, quiet: bool) -> str:
        self.begun += 1
        if self.begun <= self.fails:
            raise self.failure
        return "the figures"


async def completed(monkeypatch: pytest.MonkeyPatch, filling: Filling, said: list[str]) -> Any:
    monkeypatch.setattr(whole, "_complete", filling)
    monkeypatch.setattr(whole, "PAUSE_SECONDS", 0)
    nowhere: Any = None
    return await whole.fill_prefecture(nowhere, DemoPlan({}), date(2026, 11, 24), OFFICIALS, said.append, quiet=True)


async def test_a_moment_without_time_is_waited_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    filling, said = Filling(2, DatabaseBusy(retry_after=2)), list[str]()
    assert await completed(monkeypatch, filling, said) == "the figures"
    assert filling.begun == 3
    assert ["database_busy" in line for line in said] == [True, True]


async def test_a_database_that_stays_away_is_told_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    filling = Filling(whole.TIMES_TAKEN_UP_AGAIN + 1, DatabaseBusy(retry_after=2))
    with pytest.raises(Unavailable):
        await completed(monkeypatch, filling, [])
    assert filling.begun == whole.TIMES_TAKEN_UP_AGAIN + 1


async def test_what_is_wrong_otherwise_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    filling = Filling(1, Failure())
    with pytest.raises(Failure):
        await completed(monkeypatch, filling, [])
    assert filling.begun == 1
