"""What the helper and the auditor see of a household's score: the same words, and the whole way to it."""

from uuid import UUID

from services.credit.domain.score_household import score
from shared.ids import new_id
from tests.builders.worked_cases import H1, H3, rural_household
from tests.credit.loan_world import disbursed, report
from tests.credit.world import (
    Town,
    World,
    assert_problem,
    cadre_login,
    household_login,
    official,
    other_login,
    pairing,
)


async def graded(town: Town) -> UUID:
    household_id = await town.household(H3)
    await town.take_over()
    return household_id


async def test_the_day_on_which_time_alone_helps_follows_from_the_banks_reports(world: World, town: Town) -> None:
    household_id = await town.household(H1)
    await report(world, disbursed(household_id))
    await town.take_over()
    async with world.as_(household_login(household_id)) as caller:
        body = (await caller.get(f"/v1/credit/households/{household_id}/explanation")).json()
    assert [(one["attribute"], one["on"], one["to_points"]) for one in body["time_only"]] == [("D2", "2027-01-05", 4)]
    assert "2027年1月5日" in body["time_only"][0]["text"]


async def test_without_reports_no_day_is_told(world: World, town: Town) -> None:
    household_id = await graded(town)
    async with world.as_(household_login(household_id)) as caller:
        body = (await caller.get(f"/v1/credit/households/{household_id}/explanation")).json()
    assert body["time_only"] == []


async def test_the_helping_cadre_reads_the_same_explanation_as_the_household(world: World, town: Town) -> None:
    household_id, cadre_id = await graded(town), new_id()
    await world.tell(pairing(household_id, cadre_id))
    path = f"/v1/credit/households/{household_id}/explanation"
    async with world.as_(household_login(household_id)) as caller:
        own = (await caller.get(path)).json()
    async with world.as_(cadre_login(cadre_id)) as caller:
        assert (await caller.get(path)).json() == own


async def test_the_auditor_and_the_official_see_the_whole_trace_and_the_household_sees_that_they_did(
    world: World, town: Town
) -> None:
    household_id = await graded(town)
    path, alone = f"/v1/credit/households/{household_id}", score(rural_household(), H3)
    for who in (other_login("auditor"), town.official):
        async with world.as_(who) as caller:
            body = (await caller.get(f"{path}/trace")).json()
        assert (body["trace"], body["trace_sha256"], body["trace_replays"]) == (alone.trace, alone.trace_sha256, True)
        assert (body["grade"], body["facts_version"], body["card"]["id"]) == ("A", 1, "rural-household")
    async with world.as_(household_login(household_id)) as caller:
        looks = (await caller.get(f"{path}/queries")).json()["items"]
    assert [(one["what"], one["text"].rpartition("查看了")[2]) for one in looks] == [("trace", "您的评分过程。")] * 2
    roles = await world.rows("SELECT role FROM looks WHERE household_id = $1 ORDER BY look_id", household_id)
    assert roles == [("auditor",), ("official",)]


async def test_a_trace_that_no_longer_follows_from_the_facts_says_so(world: World, town: Town) -> None:
    household_id = await graded(town)
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE facts SET workers = 0 WHERE household_id = $1", (household_id,))
    async with world.as_(other_login("auditor")) as caller:
        body = (await caller.get(f"/v1/credit/households/{household_id}/trace")).json()
    assert (body["trace_replays"], body["trace"]["facts"]["workers"]) == (False, 0)


async def test_nobody_else_is_shown_a_trace(world: World, town: Town) -> None:
    household_id, cadre_id = await graded(town), new_id()
    await world.tell(pairing(household_id, cadre_id))
    path = f"/v1/credit/households/{household_id}/trace"
    for who in (household_login(household_id), cadre_login(cadre_id), other_login("donor")):
        async with world.as_(who) as caller:
            assert_problem(await caller.get(path), 403, "not_permitted")
    async with world.as_(official("village_official", "511922101201")) as caller:
        assert_problem(await caller.get(path), 404, "household_not_found")
    async with world.as_(other_login("auditor")) as caller:
        assert_problem(await caller.get(f"/v1/credit/households/{new_id()}/trace"), 404, "household_not_found")
    assert await world.rows("SELECT what FROM looks WHERE household_id = $1", household_id) == []
