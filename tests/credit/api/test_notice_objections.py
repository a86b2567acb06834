"""Anybody objects to a line of a public notice while it stands, openly or without a name."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.credit.course_world import Course, objection_of
from tests.credit.world import TODAY, Town, assert_problem, household_login


async def noticed(course: Course, town: Town) -> tuple[UUID, str, str]:
    """A household whose case stands on a notice: its id, its case, the notice."""
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "VILLAGE_REVIEW")
    posted = (await course.move(case_id, "NOTICE_1")).json()
    return household_id, case_id, posted["notice_1"]


async def anyone(town: Town, notice_id: str, key: str | None = None, **body: Any) -> httpx.Response:
    given = {"line": 1, "statement": "他家在外面欠着钱", **body}
    headers = {} if key is None else {"Idempotency-Key": key}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(town.world.app), base_url="http://credit") as client:
        return await client.post(f"/v1/credit/notices/{notice_id}/objections", json=given, headers=headers)


async def listed(town: Town, household_id: UUID, *, own: bool = False) -> list[dict[str, Any]]:
    async with town.world.as_(household_login(household_id) if own else town.official) as caller:
        reply = await caller.get("/v1/credit/objections", household_id=str(household_id))
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


async def test_an_anonymous_objection_holds_the_case_until_it_is_decided(course: Course, town: Town) -> None:
    household_id, case_id, notice_id = await noticed(course, town)
    made = await anyone(town, notice_id)
    assert made.status_code == 201, made.text
    assert set(made.json()) == {"objection_id", "notice_id", "line", "due_on"}
    assert str(household_id) not in made.text
    (one,) = await listed(town, household_id)
    assert (one["source"], one["objector"], one["case_id"]) == ("anonymous", None, case_id)
    town.world.set_day(TODAY + timedelta(days=8))
    assert_problem(await course.move(case_id, "TOWN_REVIEW"), 409, "objection_open")
    async with town.world.as_(course.person("COUNTY_ENTRY")) as caller:
        path = f"/v1/credit/objections/{made.json()['objection_id']}/decide"
        assert (await caller.post(path, {"outcome": "unfounded", "answer": "查过，没有欠款"})).status_code == 200
    assert (await course.move(case_id, "TOWN_REVIEW")).status_code == 200


async def test_an_objection_whose_answer_was_lost_is_sent_again_and_is_one(course: Course, town: Town) -> None:
    household_id, _, notice_id = await noticed(course, town)
    first, again = [await anyone(town, notice_id, key="drawn-at-random-by-the-phone") for _ in range(2)]
    assert (first.status_code, again.json()) == (201, first.json())
    assert len(await listed(town, household_id)) == 1


async def test_a_name_that_was_given_is_for_those_who_decide_and_not_for_the_household(
    course: Course, town: Town
) -> None:
    household_id, _, notice_id = await noticed(course, town)
    await anyone(town, notice_id, name="赵六")
    assert [(one["source"], one["objector"]) for one in await listed(town, household_id)] == [("third_person", "赵六")]
    (seen,) = await listed(town, household_id, own=True)
    assert (seen["source"], seen["objector"]) == ("third_person", None)
    assert "赵六" not in str(seen)


async def test_only_while_the_notice_stands_and_only_to_a_line_that_is_on_it(course: Course, town: Town) -> None:
    _, _, notice_id = await noticed(course, town)
    assert_problem(await anyone(town, notice_id, line=2), 422, "grade_notice_line_unknown")
    assert_problem(await anyone(town, str(uuid4())), 404, "grade_notice_not_found")
    town.world.set_day(TODAY + timedelta(days=7))
    assert (await anyone(town, notice_id)).status_code == 201, "its last full day"
    town.world.set_day(TODAY + timedelta(days=8))
    assert_problem(await anyone(town, notice_id), 409, "grade_notice_is_over")


async def test_the_same_objection_sent_twice_is_one(course: Course, town: Town) -> None:
    household_id, _, notice_id = await noticed(course, town)
    mine = str(uuid4())
    first = await anyone(town, notice_id, objection_id=mine)
    assert first.status_code == 201
    assert_problem(await anyone(town, notice_id, objection_id=mine), 409, "grade_objection_exists")
    assert len(await listed(town, household_id)) == 1


async def test_a_flood_of_objections_to_one_line_is_told_to_wait_and_another_line_is_not_shut_by_it(
    course: Course, town: Town
) -> None:
    household_id, _, notice_id = await noticed(course, town)
    replies = await asyncio.gather(*(anyone(town, notice_id) for _ in range(25)))
    assert sorted(reply.status_code for reply in replies) == [201] * 20 + [429] * 5
    full = next(reply for reply in replies if reply.status_code == 429)
    assert_problem(full, 429, "grade_objections_full")
    assert full.headers["retry-after"] == "86400"
    _, _, other_notice = await noticed(course, town)
    assert (await anyone(town, other_notice)).status_code == 201
    waiting = await listed(town, household_id)
    async with town.world.as_(course.person("COUNTY_ENTRY")) as caller:
        path = f"/v1/credit/objections/{waiting[0]['objection_id']}/decide"
        assert (await caller.post(path, {"outcome": "unfounded", "answer": "查过，没有欠款"})).status_code == 200
    assert (await anyone(town, notice_id)).status_code == 201, "one of the twenty has its answer"


async def test_what_strangers_said_leaves_the_household_its_own_objection(course: Course, town: Town) -> None:
    household_id, _, notice_id = await noticed(course, town)
    for _ in range(20):
        await anyone(town, notice_id)
    assert_problem(await anyone(town, notice_id), 429, "grade_objections_full")
    assert (await objection_of(town, household_id))["objection_id"]
