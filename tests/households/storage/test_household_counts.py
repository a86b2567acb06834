"""What is kept of a place's counts is what counting the record gives, whatever was written and however."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.households.domain.household import Household, HouseholdFacts, Member
from services.households.domain.household_counts import cells_of
from services.households.storage import tables
from services.households.storage.bulk_households import write_new
from services.households.storage.change_repository import Author
from services.households.storage.count_repository import add_up, figures_of, recount
from services.households.storage.identified_households import enter_statuses
from shared.change_log import ChangeLog
from shared.count_keeper import mend_counts
from shared.ids import new_id
from shared.place_counts import BELOW
from tests.households.import_world import TOWNSHIP, ImportWorld
from tests.households.plan_callers import VILLAGE, caller, good, poor_household

CLERK = Author("zhang", "张三", "form")
CHANGE_LOG = ChangeLog(tables.change_log)
PLACES = (VILLAGE, f"{TOWNSHIP}203", "511902001001")
FACTS = st.builds(
    HouseholdFacts,
    village_code=st.sampled_from(PLACES),
    status=st.sampled_from(("general", "poor", "out_of_poverty")),
    poverty_type=st.sampled_from((None, "skills")),
    causes=st.lists(st.sampled_from(("因病", "因学", "缺技术")), unique=True).map(tuple),
    monitoring_type=st.sampled_from((None, "unstable", "sudden")),
    first_identified_on=st.sampled_from((None, date(2014, 1, 1), date(2021, 6, 30))),
    closed_on=st.sampled_from((None, None, None, date(2026, 11, 1))),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(("add", "load", "save", "save", "enter", "add up")), st.integers(0, 30), FACTS),
    min_size=1,
    max_size=14,
)


def lone(facts: HouseholdFacts) -> Household:
    household_id = new_id()
    head = Member(new_id(), "白石山", household_id.hex, "male", date(1970, 1, 1), "head", is_head=True)
    return Household(household_id, facts, (head,))


@dataclass
class Clerk:
    """Writes by each way that there is, and remembers how the households stand."""

    world: ImportWorld
    stand: list[Household]

    async def take(self, step: str, which: int, facts: HouseholdFacts) -> None:
        async with self.world.jobs.transaction() as connection:
            if step == "add up":
                await add_up(connection)
            elif step == "add":
                self.stand.append(lone(facts))
                await self.world.repository.add(connection, self.stand[-1])
            elif step == "load" or not self.stand:
                new = [lone(facts), lone(replace(facts, status="poor"))]
                self.stand += new
                await write_new(connection, self.world.repository, CHANGE_LOG, new, CLERK)
            else:
                await self._change(connection, step, which % len(self.stand), facts)

    async def _change(self, connection: Any, step: str, at: int, facts: HouseholdFacts) -> None:
        before = await self.world.repository.get(connection, self.stand[at].household_id, lock=True)
        if step == "enter":
            entered, today = {before.household_id: facts.status}, date(2026, 11, 24)
            await enter_statuses(connection, self.world.repository, CHANGE_LOG, entered, CLERK, today)
        else:
            after = replace(before, facts=facts, version=before.version + 1)
            await self.world.repository.save_facts(connection, before, after)
        self.stand[at] = await self.world.repository.get(connection, before.household_id)


def by_hand(stand: list[Household], region: str) -> dict[str, Counter[str]]:
    """The figures of a place, by going through all households."""
    counted: dict[str, Counter[str]] = {}
    for household in stand:
        for village, grouping, value in cells_of(household.facts):
            if village.startswith(region):
                shown = value[: BELOW[len(region)]] if grouping == "place" else value
                counted.setdefault(grouping, Counter())[shown] += 1
    return counted


async def wrong_figures(world: ImportWorld) -> int:
    async with world.jobs.transaction() as connection:
        return await recount(connection, mend=False)


async def figures(world: ImportWorld, region: str) -> dict[str, Counter[str]]:
    async with world.database.transaction() as connection:
        found = await figures_of(connection, region)
    return {name: Counter({value or "": number for value, number in rows}) for name, rows in found.items() if rows}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
async def test_kept_is_counted_after_any_changes(
    world: ImportWorld, steps: list[tuple[str, int, HouseholdFacts]]
) -> None:
    await world.empty()
    clerk = Clerk(world, [])
    for step in steps:
        await clerk.take(*step)
    assert await wrong_figures(world) == 0
    for region in ("51", "5119", "511921", TOWNSHIP, VILLAGE):
        assert await figures(world, region) == by_hand(clerk.stand, region)


async def test_writers_of_one_village_at_once_lose_no_figure_while_they_are_added_up(world: ImportWorld) -> None:
    new = [lone(HouseholdFacts(VILLAGE, causes=("因病",))) for _ in range(24)]

    async def register(household: Household) -> None:
        async with world.database.transaction() as connection:
            await world.repository.add(connection, household)
            await asyncio.sleep(0.01)

    async def sum_up() -> None:
        for mend in (False, True) * 6:
            async with world.jobs.transaction() as connection:
                await (recount(connection, mend=True) if mend else add_up(connection))
            await asyncio.sleep(0.01)

    await asyncio.gather(*(register(one) for one in new[:8]), sum_up(), sum_up(), *(register(one) for one in new[8:]))
    assert await figures(world, "5119") == by_hand(new, "5119")
    assert await wrong_figures(world) == 0


async def test_one_writer_does_not_wait_for_another_of_the_same_village(world: ImportWorld) -> None:
    one, other = lone(HouseholdFacts(VILLAGE)), lone(HouseholdFacts(VILLAGE))
    async with world.database.transaction() as first:
        await world.repository.add(first, one)
        async with asyncio.timeout(5), world.database.transaction() as second:
            await world.repository.add(second, other)
        async with asyncio.timeout(5), world.jobs.transaction() as third:
            await add_up(third)
    assert (await figures(world, VILLAGE))["status"] == {"general": 2}


async def test_figures_that_were_touched_at_any_level_are_found_and_put_right(world: ImportWorld) -> None:
    new = [lone(HouseholdFacts(PLACES[index % 3], causes=("因病",))) for index in range(9)]
    async with world.jobs.transaction() as connection:
        await write_new(connection, world.repository, CHANGE_LOG, new, CLERK)
        await add_up(connection)
        await connection.exec_driver_sql(
            "UPDATE household_counts SET households = households + 3 WHERE place IN ('5119', $1) AND value = '因病'",
            (VILLAGE,),
        )
        await connection.exec_driver_sql("DELETE FROM household_counts WHERE place = '511921' AND grouping = 'place'")
        await connection.exec_driver_sql("INSERT INTO household_counts VALUES ('51', 'status', 'poor', 7)")
    assert await wrong_figures(world) == 4
    assert await mend_counts(world.jobs, recount) == 4
    assert await wrong_figures(world) == 0
    assert await figures(world, "5119") == by_hand(new, "5119")


async def test_an_income_moves_no_figure_and_writes_none(world: ImportWorld) -> None:
    home = await poor_household(world)
    async with world.jobs.transaction() as connection:
        await add_up(connection)
    income = {"wage_cents": 100, "business_cents": 0, "property_cents": 0, "transfer_cents": 0}
    good(await caller(world).put(f"/v1/households/{home}/incomes/2025", income, version=1))
    assert await world.count("household_count_changes") == 0
    assert await wrong_figures(world) == 0


async def test_two_recounts_at_once_put_a_figure_right_once(world: ImportWorld) -> None:
    new = [lone(HouseholdFacts(VILLAGE)) for _ in range(4)]
    async with world.jobs.transaction() as connection:
        await write_new(connection, world.repository, CHANGE_LOG, new, CLERK)
        await add_up(connection)
        await connection.exec_driver_sql("UPDATE household_counts SET households = 1 WHERE place = '5119'")
    async with world.jobs.transaction() as first:
        assert await recount(first, mend=True) == 5
        second = asyncio.create_task(mend_counts(world.jobs, recount))
        assert not (await asyncio.wait([second], timeout=0.5))[0]
    assert await second == 0
    assert await figures(world, "5119") == by_hand(new, "5119")
