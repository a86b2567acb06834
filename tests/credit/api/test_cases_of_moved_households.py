"""The case of a grade is looked after where its household lives now, whichever village gave it."""

from datetime import date
from uuid import UUID

from shared.auth import Principal
from shared.ids import new_id
from tests.builders.worked_cases import H4
from tests.credit.course_world import Course, case_of
from tests.credit.world import Town, World, assert_problem, household, official, region

REVIEW_DAY = date(2027, 12, 1)
REASON = {"reason": "收入下降"}


def county_of(town: Town, subject: str = "county") -> Principal:
    return official("county_official", town.code[:6], subject)


async def moved_away(world: World) -> tuple[Town, Town, UUID, str]:
    """Its first county, its new one, the household and the case of the grade that the first one gave it."""
    (_, (old,)), (_, (new,)) = await world.county(townships=1), await world.county(townships=1)
    household_id = await old.household()
    await old.take_over()
    async with world.as_(old.official) as caller:
        opened = await caller.post(f"/v1/credit/households/{household_id}/grade-case")
    assert opened.status_code == 200, opened.text
    await world.tell(household(household_id, new.village))
    return old, new, household_id, opened.json()["case_id"]


async def test_after_a_move_the_new_county_tells_of_a_revocation_and_the_old_one_finds_no_case(world: World) -> None:
    old, new, _, case_id = await moved_away(world)
    path = f"/v1/credit/grade-cases/{case_id}"
    async with world.as_(county_of(old)) as caller:
        assert_problem(await caller.get(path), 404, "grade_case_not_found")
        assert_problem(await caller.post(f"{path}/revocation-notices", REASON), 404, "grade_case_not_found")
    async with world.as_(county_of(new)) as caller:
        told = await caller.post(f"{path}/revocation-notices", REASON)
    assert (told.status_code, told.json()["village_code"]) == (201, old.village), "it goes on to name who gave it"


async def test_after_a_move_the_new_county_tells_of_a_lower_grade_and_takes_the_step(world: World) -> None:
    old, new, household_id, case_id = await moved_away(world)
    path = f"/v1/credit/grade-cases/{case_id}"
    async with world.as_(new.official) as caller:
        body = {name: value for name, value in H4.items() if name != "reviews"}
        assert (await caller.put(f"/v1/credit/households/{household_id}/facts", body, 1)).status_code == 200
    course = Course(new)
    async with world.as_(county_of(old)) as caller:
        assert_problem(await caller.post(f"{path}/lower-grade-notices", REASON), 404, "grade_case_not_found")
    async with world.as_(county_of(new)) as caller:
        assert (await caller.post(f"{path}/lower-grade-notices", REASON)).status_code == 201
    world.set_day(date(2026, 12, 15))
    refused = await course.move(case_id, "DOWNGRADED", county_of(old), **REASON)
    assert_problem(refused, 404, "grade_case_not_found")
    assert (await course.move(case_id, "DOWNGRADED", county_of(new), **REASON)).status_code == 200


async def test_a_merged_villages_grades_are_reviewed_with_the_successors_list(world: World) -> None:
    town = await world.town(villages=2)
    before, successor = town.villages
    households = await town.households(3)
    await town.take_over()
    async with world.as_(town.official) as caller:
        opened = await caller.post(f"/v1/credit/households/{households[0]}/grade-case")
    merged = region(before, "village", "village", ended_on="2026-12-01", successor=successor)
    await world.tell(merged, *(household(one, successor) for one in households))
    world.set_day(REVIEW_DAY)
    own, path = {"case_id": opened.json()["case_id"]}, "/v1/credit/villages/{}/transitions"
    async with world.as_(county_of(town)) as caller:
        nowhere = (await caller.post(path.format(before), {"to": "ANNUAL_REVIEW"})).json()
        named = (await caller.post(path.format(successor), {"to": "ANNUAL_REVIEW", "cases": [own]})).json()
        the_rest = (await caller.post(path.format(successor), {"to": "ANNUAL_REVIEW"})).json()
        due = (await caller.get("/v1/credit/grade-reviews", region=successor)).json()["items"]
    assert (nowhere["moved"], nowhere["stay"]) == ([], [])
    assert [one["household_id"] for one in named["moved"]] == [str(households[0])]
    assert sorted(one["household_id"] for one in the_rest["moved"]) == sorted(map(str, households[1:]))
    assert {one["village_code"] for one in the_rest["moved"]} == {before}
    assert due == []


async def test_a_household_that_moves_on_its_way_goes_on_with_its_new_villages_list(world: World) -> None:
    town = await world.town(villages=2)
    course, household_id = Course(town), await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "VILLAGE_REVIEW")
    await world.tell(household(household_id, town.villages[1]))
    async with world.as_(official("village_official", town.villages[0], "old-village")) as caller:
        stayed = await caller.post(f"/v1/credit/villages/{town.villages[0]}/transitions", {"to": "NOTICE_1"})
    async with world.as_(official("village_official", town.villages[1], "new-village")) as caller:
        moved = await caller.post(f"/v1/credit/villages/{town.villages[1]}/transitions", {"to": "NOTICE_1"})
        notice = (await caller.get(f"/v1/credit/notices/{moved.json()['notice_id']}")).json()
    assert (stayed.json()["moved"], stayed.json()["notice_id"]) == ([], None)
    assert [one["case_id"] for one in moved.json()["moved"]] == [case_id]
    assert notice["village_code"] == town.villages[1], "posted where its neighbours read it"


async def test_a_named_case_that_is_not_of_the_village_gets_a_line_that_says_nothing_of_it(world: World) -> None:
    old, new, household_id, case_id = await moved_away(world)
    assert case_id == await case_of(old, household_id)
    cases = [{"case_id": case_id}, {"case_id": str(new_id())}]
    body = {"to": "ANNUAL_REVIEW", "cases": cases}
    world.set_day(REVIEW_DAY)
    async with world.as_(county_of(old)) as caller:
        left = (await caller.post(f"/v1/credit/villages/{old.village}/transitions", body)).json()
    assert left["moved"] == []
    assert [one["case_id"] for one in left["stay"]] == [one["case_id"] for one in cases]
    gone, unknown = ({name: one[name] for name in one if name != "case_id"} for one in left["stay"])
    assert gone == unknown
    assert (gone["code"], gone["household_id"], gone["state"], gone["allowed"]) == (
        "grade_case_not_of_village",
        None,
        None,
        [],
    )
    async with world.as_(county_of(new)) as caller:
        here = (await caller.post(f"/v1/credit/villages/{new.village}/transitions", body)).json()
    assert [one["case_id"] for one in here["moved"]] == [case_id]
    assert [one["code"] for one in here["stay"]] == ["grade_case_not_of_village"]
