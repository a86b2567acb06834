"""Many rows at once: in one go, told to the siblings, and the same again changes nothing."""

from dataclasses import replace
from datetime import date
from typing import Any

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.pairing import Pairing
from services.cadres.domain.unit import Unit
from services.cadres.storage.coverage_repository import coverage_of
from services.cadres.use_cases.load_cadres import Loaded, load_cadres
from shared.ids import new_id
from tests.cadres.world import TODAY, Town, World, rows_of

SINCE = date(2025, 3, 1)


async def load(world: World, what: dict[str, Any]) -> Loaded:
    async with world.database.transaction() as connection:
        return await load_cadres(connection, world.cadres, world.change_log, **what)


async def township(town: Town) -> dict[str, Any]:
    """A unit, forty cadres, a hundred pairings, five posts."""
    unit = Unit(new_id(), "示范单位", "county", "government_unit", town.code, demonstration=True)
    cadres = [
        Cadre(new_id(), unit.unit_id, f"干部{i}", "staff", town.code, date(2024, 1, 1), phone=f"139{i:08}")
        for i in range(40)
    ]
    households = [await town.household() for _ in range(100)]
    pairings = [
        Pairing(new_id(), household_id, cadres[i % 40].cadre_id, SINCE, demonstration=True)
        for i, household_id in enumerate(households)
    ]
    members = await town.team()
    posts = [
        town.posting("liaison_leader", cadre_id=cadres[0].cadre_id),
        town.posting("helping_unit", unit_id=unit.unit_id),
        town.posting("first_secretary", cadre_id=cadres[1].cadre_id, term_ends_on=date(2028, 3, 1)),
        town.posting("resident_team", unit_id=town.unit.unit_id, members=members),
        town.posting("agri_technician", cadre_id=cadres[2].cadre_id),
    ]
    return {"units": [unit], "cadres": cadres, "pairings": pairings, "posts": posts}


async def test_what_is_loaded_covers_the_place_and_is_told_to_the_siblings(world: World, town: Town) -> None:
    what = await township(town)
    assert await load(world, what) == Loaded(units=1, cadres=40, pairings=100, posts=5)
    async with world.database.transaction() as connection:
        covered = await coverage_of(connection, town.code, TODAY)
        told = await rows_of(
            connection,
            "SELECT key, payload->>'cadre_name' FROM change_log WHERE key = ANY($1)",
            [str(pairing.household_id) for pairing in what["pairings"]],
        )
    assert (covered.posts_filled, covered.posts_vacant, covered.paired, covered.unpaired) == (5, 0, 100, 0)
    names = {cadre.cadre_id: cadre.name for cadre in what["cadres"]}
    assert dict(told) == {str(p.household_id): names[p.cadre_id] for p in what["pairings"]}
    assert len(told) == 100


async def test_the_same_load_again_changes_nothing_and_tells_nothing(world: World, town: Town) -> None:
    what = await township(town)
    await load(world, what)
    async with world.database.transaction() as connection:
        before = await rows_of(connection, "SELECT max(id) FROM change_log")
    assert await load(world, what) == Loaded()
    async with world.database.transaction() as connection:
        assert await rows_of(connection, "SELECT max(id) FROM change_log") == before


async def test_a_household_that_has_its_cadre_keeps_that_one(world: World, town: Town) -> None:
    what = await township(town)
    first = what["pairings"][0]
    await load(world, {**what, "pairings": [first], "posts": []})
    other = replace(first, pairing_id=new_id(), cadre_id=what["cadres"][7].cadre_id)
    assert await load(world, {"pairings": [other]}) == Loaded()


async def test_an_ended_pairing_is_history_and_nobody_is_told_of_it(world: World, town: Town) -> None:
    what = await township(town)
    ended = replace(what["pairings"][0], ended_on=date(2026, 1, 1), end_reason="cadre_left")
    await load(world, {"units": what["units"], "cadres": what["cadres"], "pairings": [ended]})
    async with world.database.transaction() as connection:
        told = await rows_of(connection, "SELECT 1 FROM change_log WHERE key = $1", str(ended.household_id))
    assert told == []
