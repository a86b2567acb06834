"""Households object: marked at once wherever the grade is shown, answered by somebody who took no part (check S62)."""

from datetime import timedelta
from uuid import UUID

from tests.credit.course_world import objection_of
from tests.credit.world import TODAY, Town, assert_problem, bank, household_login, official


async def marks(town: Town, household_id: UUID) -> set[bool]:
    """Whether the grade, its explanation and the bank's answer show the mark."""
    consent = await town.consent(household_id)
    asked = {"household_id": str(household_id), "consent_id": str(consent), "purpose": "objection", "reference": "q"}
    async with town.world.as_(household_login(household_id)) as caller:
        seen = [
            (await caller.get(f"/v1/credit/households/{household_id}/{what}")).json()["objection"]
            for what in ("grade", "explanation")
        ]
    return set(seen) | {await bank_mark(town, {**asked, "purpose": "loan_review"})}


async def bank_mark(town: Town, asked: dict[str, str]) -> bool:
    async with town.world.as_(bank()) as caller:
        reply = await caller.post("/v1/partner/grades/query", {"queries": [asked]})
    marked: bool = reply.json()["results"][0]["objection"]
    return marked


async def test_an_objection_marks_the_grade_at_once_everywhere_until_it_is_answered(town: Town) -> None:
    household_id = await town.household()
    await town.take_over()
    assert await marks(town, household_id) == {False}
    objection = await objection_of(town, household_id)
    assert (objection["opened_on"], objection["due_on"]) == (
        TODAY.isoformat(),
        (TODAY + timedelta(days=20)).isoformat(),
    )
    assert await marks(town, household_id) == {True}
    path = f"/v1/credit/objections/{objection['objection_id']}/decide"
    async with town.world.as_(town.official) as caller:
        answered = await caller.post(path, {"outcome": "unfounded", "answer": "保单是另一户的"})
        again = await caller.post(path, {"outcome": "corrected", "answer": "更正"})
    assert answered.json()["outcome"] == "unfounded"
    assert_problem(again, 409, "grade_objection_decided")
    audited = "SELECT event, actor, facts->>'outcome' FROM audit_events WHERE subject = $1 ORDER BY seq"
    assert [row for row in await town.world.rows(audited, str(household_id)) if "objection" in row[0]] == [
        ("objection_opened", f"household-{household_id}", None),
        ("objection_decided", town.official.subject, "unfounded"),
    ]
    assert await marks(town, household_id) == {False}


async def test_the_case_its_moves_and_the_list_of_reviews_show_the_mark_of_their_household_only(town: Town) -> None:
    objecting, other = await town.household(), await town.household()
    await town.take_over()
    async with town.world.as_(town.official) as caller:
        opened = [(await caller.post(f"/v1/credit/households/{one}/grade-case")).json() for one in (objecting, other)]
    assert [case["objection"] for case in opened] == [False, False]
    await objection_of(town, objecting)
    async with town.world.as_(town.official) as caller:
        for case, marked in zip(opened, (True, False), strict=True):
            seen = (await caller.get(f"/v1/credit/grade-cases/{case['case_id']}")).json()
            again = (await caller.post(f"/v1/credit/households/{case['household_id']}/grade-case")).json()
            assert (seen["objection"], again["objection"]) == (marked, marked)
        town.world.set_day(TODAY.replace(year=TODAY.year + 1))
        due = (await caller.get("/v1/credit/grade-reviews", region=town.code, limit=100)).json()["items"]
    assert {one["household_id"]: one["objection"] for one in due} == {str(objecting): True, str(other): False}


async def test_after_twenty_days_an_unanswered_objection_is_overdue(town: Town) -> None:
    household_id = await town.household()
    await objection_of(town, household_id)
    for days, late in ((20, False), (21, True)):
        town.world.set_day(TODAY + timedelta(days=days))
        async with town.world.as_(town.official) as caller:
            listed = (await caller.get("/v1/credit/objections", household_id=str(household_id))).json()["items"]
        assert [one["overdue"] for one in listed] == [late]


async def test_who_made_the_objection_or_moved_the_case_does_not_decide_it(town: Town) -> None:
    household_id = await town.household()
    collector = official("village_official", town.village, "collector")
    async with town.world.as_(collector) as caller:
        await caller.post("/v1/credit/grade-cases", {"household_id": str(household_id)})
    objection = await objection_of(town, household_id)
    path = f"/v1/credit/objections/{objection['objection_id']}/decide"
    body = {"outcome": "uncertain", "answer": "查不清，两边的说法都记下"}
    async with town.world.as_(collector) as caller:
        assert_problem(await caller.post(path, body), 409, "decided_by_one_who_took_part")
    async with town.world.as_((await town.world.town()).official) as caller:
        assert_problem(await caller.post(path, body), 404, "grade_objection_not_found")
    async with town.world.as_(town.official) as caller:
        assert (await caller.post(path, body)).status_code == 200


async def test_nobody_sees_or_makes_objections_for_a_household_they_may_not_know_of(town: Town) -> None:
    household_id, other = await town.households(2)
    async with town.world.as_(household_login(other)) as caller:
        assert_problem(
            await caller.get("/v1/credit/objections", household_id=str(household_id)), 404, "household_not_found"
        )
        body = {"household_id": str(household_id), "statement": "不对"}
        assert_problem(await caller.post("/v1/credit/objections", body), 404, "household_not_found")
