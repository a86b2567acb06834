"""What the database decides by itself, without the guards that the use cases take first."""

import asyncio
from datetime import date
from typing import Any

import pytest

from services.cadres.domain.errors import FirstSecretaryElsewhere, HouseholdAlreadyPaired, PostAlreadyHeld
from services.cadres.domain.pairing import Pairing
from services.cadres.storage.pairing_repository import add_pairing
from services.cadres.storage.post_repository import add_posting
from shared.ids import new_id
from tests.cadres.world import Town, World


async def second_write_while_the_first_is_open(world: World, first: Any, second: Any) -> None:
    """Both transactions hold their row before either commits; the second waits for the first, then is told."""

    async def write_second() -> None:
        async with world.database.transaction() as connection:
            await second(connection)

    async with world.database.transaction() as connection:
        await first(connection)
        waiting = asyncio.create_task(write_second())
        await asyncio.sleep(0.1)
        assert not waiting.done()
    await waiting


async def test_the_database_lets_a_household_have_one_cadre_at_a_time(world: World, town: Town) -> None:
    household_id, one, other = new_id(), await town.cadre(), await town.cadre()
    with pytest.raises(HouseholdAlreadyPaired):
        await second_write_while_the_first_is_open(
            world,
            lambda c: add_pairing(c, Pairing(new_id(), household_id, one.cadre_id, date(2026, 1, 1)), "t"),
            lambda c: add_pairing(c, Pairing(new_id(), household_id, other.cadre_id, date(2026, 9, 1)), "t"),
        )


async def test_the_database_lets_a_post_have_one_holder_at_a_time(world: World, town: Town) -> None:
    one, other = await town.cadre(), await town.cadre()
    with pytest.raises(PostAlreadyHeld):
        await second_write_while_the_first_is_open(
            world,
            lambda c: add_posting(c, town.posting("first_secretary", cadre_id=one.cadre_id), "t"),
            lambda c: add_posting(c, town.posting("first_secretary", cadre_id=other.cadre_id), "t"),
        )


async def test_the_database_lets_a_first_secretary_have_one_village_at_a_time(world: World) -> None:
    town = await world.town(poor_villages=2)
    cadre = await town.cadre()
    with pytest.raises(FirstSecretaryElsewhere):
        await second_write_while_the_first_is_open(
            world,
            lambda c: add_posting(c, town.posting("first_secretary", cadre_id=cadre.cadre_id), "t"),
            lambda c: add_posting(
                c, town.posting("first_secretary", cadre_id=cadre.cadre_id, village=town.villages[1]), "t"
            ),
        )


async def test_a_pairing_may_not_reach_back_into_the_time_of_another(world: World, town: Town) -> None:
    household_id, cadre_id = new_id(), (await town.cadre()).cadre_id
    before = Pairing(new_id(), household_id, cadre_id, date(2025, 1, 1), date(2025, 6, 1), "rebalanced")
    now = Pairing(new_id(), household_id, cadre_id, date(2025, 6, 1))
    late = Pairing(new_id(), household_id, cadre_id, date(2025, 5, 31), date(2025, 6, 1), "rebalanced")
    async with world.database.transaction() as connection:
        await add_pairing(connection, before, "t")
        await add_pairing(connection, now, "t")
        with pytest.raises(HouseholdAlreadyPaired):
            await add_pairing(connection, late, "t")
        await connection.rollback()
