"""The command that completes the prefecture: around what is there, and to the unit."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bashan.demo.convert import household_of
from bashan.demo.gaps import largest_places
from bashan.demo.people import ensure_officials
from bashan.demo.population import DemoPlan
from bashan.demo.stores import Stores, open_stores
from bashan.demo.whole import fill_prefecture
from bashan.environment import Ground, ground, migrate_everything
from bashan.serving import begin_services
from bashan.settings import Settings
from services.credit.storage.title_repository import last_titles
from services.credit.use_cases.summarise_place import Summary
from services.households.storage.region_repository import households_in
from services.households.storage.tables import change_log
from services.households.use_cases.load_households import load_households
from shared.change_log import ChangeLog
from tests.builders.demo_units import plan, township
from tests.builders.population_rules import TODAY

SMALLEST = "511902100"
ONE_TOWNSHIP = DemoPlan({unit.row.code: unit for unit in plan().townships[SMALLEST]})
SUMMARY = {
    "households": 441_400,
    "poor_households": 124_000,
    "rated_households": 223_274,
    "credit_households": 103_800,
    "by_band": {"AAA": 3_385, "AA": 12_270, "A": 88_145},
    "credit_villages": 600,
    "credit_townships": 40,
    "loans": 79_000,
    "loan_amount_cents": 197_200_000_000,
}


async def test_a_township_is_completed_around_the_people_who_live_there_and_only_once(tmp_path: Path) -> None:
    lived_in, *empty = ONE_TOWNSHIP.units.values()
    earned = sorted(unit.row.code for unit in empty if unit.row.credit_village)
    async with ground(Settings(data_dir=tmp_path, demonstration=False)) as on:
        await migrate_everything(on)
        await begin_services(on)
        async with open_stores(on) as stores:
            await one_real_household(stores, lived_in.row.code)
            first = await completed(on)
            assert first.households == 1 + sum(unit.row.households for unit in empty)
            assert first.credit_households == sum(unit.row.credit_households for unit in empty)
            assert first.loans == sum(unit.loans for unit in empty)
            async with stores.credit.transaction() as connection:
                held = await last_titles(connection, SMALLEST)
            assert [code for code in held if len(code) > len(SMALLEST)] == earned
            assert all(one.title.state == "HELD" for one in held.values())
            async with stores.households.transaction() as connection:
                assert await households_in(connection, lived_in.row.code) == 1
            assert await completed(on, days_later=1) == first


async def one_real_household(stores: Stores, village: str) -> None:
    someone = household_of(township()[0].households[0])
    real = replace(someone, facts=replace(someone.facts, village_code=village, demonstration=False))
    async with stores.households.transaction() as connection:
        await load_households(connection, stores.people, ChangeLog(change_log), village, [real])


async def completed(on: Ground, days_later: int = 0) -> Summary:
    officials = await ensure_officials(on)
    today = TODAY + timedelta(days=days_later)
    return await fill_prefecture(on, ONE_TOWNSHIP, today, officials, lambda _line: None, quiet=True)


def test_grading_takes_the_largest_places_that_hold_nothing_closed() -> None:
    villages = ["511901001001", "511902001001", "511902001002", "511902002001"]
    assert largest_places("5119", villages, []) == ["5119"]
    assert largest_places("5119", villages, ["511902001002"]) == ["511901", "511902001001", "511902002"]
    assert largest_places("5119", villages, villages) == []
    assert largest_places("5119", [], ["511902001002"]) == []


@pytest.mark.slow
def test_the_whole_prefecture_is_loaded_and_graded_to_the_unit(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bashan", "demo", "--all", "--json"]
    environment = {**os.environ, "BASHAN_DATA_DIR": str(tmp_path / "var")}
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert json.loads(done.stdout) == SUMMARY
