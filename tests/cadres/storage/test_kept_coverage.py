"""What is kept of a place's coverage is what counting the record gives, whatever was written and on which day."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.cadres.domain.pairing import Pairing
from services.cadres.domain.posting import Posting
from services.cadres.storage.coverage_repository import Coverage, add_up, coverage_below, coverage_of, recount
from services.cadres.storage.pairing_repository import add_pairing, save_end
from services.cadres.storage.post_repository import add_posting
from services.cadres.storage.post_repository import save_end as save_end_of_post
from shared.count_keeper import mend_counts
from shared.db import Connection
from shared.ids import new_id
from tests.cadres.world import COUNTY, TODAY, Town, World, household, region

FIRST = date(2026, 11, 1)
DAYS = st.integers(0, 30).map(lambda after: FIRST + timedelta(after))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("household", "move", "village", "pair", "load", "end", "post", "end post", "add up")),
        st.integers(0, 30),
        DAYS,
        st.booleans(),
    ),
    min_size=1,
    max_size=16,
)


@dataclass
class Office:
    """Writes by each way that there is, and remembers how everything stands."""

    town: Town
    cadre_id: UUID
    poor_villages: dict[str, bool]
    homes: dict[UUID, tuple[str, bool]] = field(default_factory=dict)
    pairings: list[Pairing] = field(default_factory=list)
    posts: list[Posting] = field(default_factory=list)

    async def take(self, step: str, which: int, day: date, yes: bool) -> None:
        village = self.town.villages[which % len(self.town.villages)]
        if step == "household" or (step == "move" and self.homes):
            home = new_id() if step == "household" else list(self.homes)[which % len(self.homes)]
            self.homes[home] = (village, yes)
            await self.town.world.tell(household(home, village, poor=yes))
        elif step == "village":
            self.poor_villages[village] = yes
            await self.town.world.tell(region(village, "village", poor=yes))
        else:
            async with self.town.world.jobs_database.transaction() as connection:
                await self._write(connection, step, which, day, village, yes)

    async def _write(self, c: Connection, step: str, which: int, day: date, village: str, ends: bool) -> None:
        if step == "add up":
            await add_up(c)
        elif step in {"pair", "load"} and (
            free := [h for h in self.homes if all(p.household_id != h or p.ended_on for p in self.pairings)]
        ):
            await self._pair(c, step, free[which % len(free)], day)
        elif step == "end" and (open_ones := [p for p in self.pairings if p.ended_on is None]):
            before = open_ones[which % len(open_ones)]
            on = max(day, before.started_on)
            after = replace(before, ended_on=on, end_reason="other", version=before.version + 1)
            await save_end(c, after, before.version, "t")
            self.pairings[self.pairings.index(before)] = after
        elif step == "post" and all(p.village_code != village or p.ended_on is not None for p in self.posts):
            begun = max([day, *(p.ended_on for p in self.posts if p.village_code == village and p.ended_on)])
            post = self.town.posting("agri_technician", begun, village=village, cadre_id=self.cadre_id)
            await add_posting(c, post, "t")
            self.posts.append(post)
        elif step == "end post" and (held := [p for p in self.posts if p.ended_on is None]):
            one = held[which % len(held)]
            end = replace(one, ended_on=max(day, one.started_on), end_reason="other", version=one.version + 1)
            await save_end_of_post(c, end, one.version, "t")
            self.posts[self.posts.index(one)] = end

    async def _pair(self, connection: Connection, step: str, home: UUID, day: date) -> None:
        ends = [p.ended_on for p in self.pairings if p.household_id == home and p.ended_on is not None]
        pairing = Pairing(new_id(), home, self.cadre_id, max([day, *ends]))
        if step == "pair":
            await add_pairing(connection, pairing, "t")
        else:
            await self.town.world.load(pairings=[pairing])
        self.pairings.append(pairing)

    def by_hand(self, place: str, day: date) -> Coverage:
        """The numbers of a place, by going through everything."""
        villages = {code for code, poor in self.poor_villages.items() if poor and code.startswith(place)}
        homes = {home for home, (code, poor) in self.homes.items() if poor and code.startswith(place)}
        filled = sum(p.village_code in villages and holds(p, day) for p in self.posts)
        paired = sum(p.household_id in homes and holds(p, day) for p in self.pairings)
        return Coverage(len(villages), filled, 5 * len(villages) - filled, len(homes), paired, len(homes) - paired)


def holds(one: Any, day: date) -> bool:
    return one.started_on <= day and (one.ended_on is None or one.ended_on > day)


async def wrong_figures(world: World) -> int:
    async with world.jobs_database.transaction() as connection:
        return await recount(connection, mend=False)


async def covered(world: World, place: str, day: date = TODAY) -> Coverage:
    async with world.database.transaction() as connection:
        return await coverage_of(connection, place, day)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, DAYS)
async def test_kept_is_counted_after_any_changes_and_on_any_day(
    world: World, steps: list[tuple[str, int, date, bool]], day: date
) -> None:
    town = await world.town(poor_villages=2, other_villages=1)
    poor = dict(zip(town.villages, (True, True, False), strict=True))
    office = Office(town, (await town.cadre()).cadre_id, poor)
    for step in steps:
        await office.take(*step)
    assert await wrong_figures(world) == 0
    for place in (town.code, *town.villages):
        assert await covered(world, place, day) == office.by_hand(place, day)
    async with world.database.transaction() as connection:
        below = await coverage_below(connection, town.villages, town.code, day)
    told = {code: numbers for code in town.villages if (numbers := office.by_hand(code, day)) != Coverage(*[0] * 6)}
    assert {code: numbers for code, numbers in below.items() if numbers != Coverage(*[0] * 6)} == told


async def test_a_pairing_and_a_post_end_with_their_day_and_without_a_write(world: World, town: Town) -> None:
    cadre, home = await town.cadre(), await town.household()
    tomorrow = TODAY + timedelta(1)
    async with world.database.transaction() as connection:
        await add_pairing(connection, Pairing(new_id(), home, cadre.cadre_id, FIRST, tomorrow, "other"), "t")
        post = town.posting("agri_technician", FIRST, cadre_id=cadre.cadre_id, ended_on=tomorrow, end_reason="other")
        await add_posting(connection, post, "t")
    today, after = [await covered(world, town.code, day) for day in (TODAY, tomorrow)]
    assert (today.paired, today.posts_filled) == (1, 1)
    assert (after.paired, after.posts_filled) == (0, 0)


async def test_writers_of_one_village_at_once_lose_no_figure_while_it_is_added_up(world: World, town: Town) -> None:
    homes = [await town.household() for _ in range(12)]
    cadre = await town.cadre()

    async def pair(home: UUID) -> None:
        async with world.database.transaction() as connection:
            await add_pairing(connection, Pairing(new_id(), home, cadre.cadre_id, FIRST), "t")

    async def keep() -> None:
        for _ in range(6):
            async with world.jobs_database.transaction() as connection:
                await add_up(connection)

    await asyncio.gather(*(pair(home) for home in homes), keep())
    seen = await covered(world, town.code)
    assert (seen.paired, seen.unpaired) == (12, 0)
    assert await wrong_figures(world) == 0


async def test_a_household_that_moves_while_it_is_paired_counts_where_it_lives_then(world: World) -> None:
    town = await world.town(poor_villages=2)
    cadre, (here, there) = await town.cadre(), town.villages
    for waits_first in (True, False):
        home = await town.household(village=here)
        wrote, go_on = asyncio.Event(), asyncio.Event()

        async def pair(home: UUID = home, wrote: asyncio.Event = wrote, go_on: asyncio.Event = go_on) -> None:
            async with world.database.transaction() as connection:
                await add_pairing(connection, Pairing(new_id(), home, cadre.cadre_id, FIRST), "t")
                wrote.set()
                await go_on.wait()

        pairing = asyncio.create_task(pair())
        await wrote.wait()
        moving = asyncio.create_task(world.tell(household(home, there, poor=waits_first)))
        await asyncio.sleep(0.1)
        assert not moving.done(), "the feed waits until the pairing is there to be seen"
        go_on.set()
        await asyncio.gather(pairing, moving)
    assert (await covered(world, here)).poor_households == 0
    assert (await covered(world, there)).paired == 1
    assert await wrong_figures(world) == 0


async def test_what_a_release_without_kept_figures_wrote_is_put_right(world: World, town: Town) -> None:
    cadre, home = await town.cadre(), await town.household()
    async with world.jobs_database.transaction() as connection:
        await add_pairing(connection, Pairing(new_id(), home, cadre.cadre_id, FIRST), "t")
        await add_up(connection)
        await connection.exec_driver_sql(
            f"DELETE FROM coverage_counts WHERE place LIKE '{town.code}%' AND grouping = 'paired'"  # noqa: S608 - a code of ours
        )
    assert await wrong_figures(world) == 2, "of the township and the village"
    assert (await covered(world, COUNTY)).paired > 0
    assert await mend_counts(world.jobs_database, recount) == 2
    assert (await covered(world, town.code)).paired == 1
