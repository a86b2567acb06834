"""A household reads all that is kept of its credit, free, in one document."""

from typing import Any
from uuid import UUID

from services.credit.use_cases import read_report
from shared.clock import Clock
from shared.ids import new_id
from tests.builders.worked_cases import H1
from tests.credit.course_world import Course
from tests.credit.loan_world import disbursed, event, report
from tests.credit.world import Town, World, assert_problem, bank, cadre_login, household_login, other_login, pairing


async def read(town: Town, household_id: UUID, who: Any = None) -> dict[str, Any]:
    async with town.world.as_(who or household_login(household_id)) as caller:
        reply = await caller.get(f"/v1/credit/households/{household_id}/report")
    assert reply.status_code == 200, reply.text
    assert reply.headers["cache-control"] == "no-store"
    body: dict[str, Any] = reply.json()
    return body


async def test_it_holds_what_every_single_list_holds(world: World, town: Town) -> None:
    household_id = await town.household(H1, vetoes=["V1"])
    overdue = {"amount_cents": 0, "balance_cents": 10_000_00, "days_past_due": 20}
    await report(world, disbursed(household_id), event(household_id, 2, "overdue", "2026-03-01", **overdue))
    await town.take_over()
    await Course(town).bank_reads(household_id)
    async with world.as_(household_login(household_id)) as caller:
        objection = {"household_id": str(household_id), "about": "fact", "statement": "那笔钱我已经还了"}
        assert (await caller.post("/v1/credit/objections", objection)).status_code == 201
        own = f"/v1/credit/households/{household_id}"
        whole = await read(town, household_id)
        assert whole["explanation"] == (await caller.get(f"{own}/explanation")).json()
        assert whole["negative_facts"] == (await caller.get(f"{own}/negative-facts")).json()["items"]
        assert whole["queries"] == (await caller.get(f"{own}/queries")).json()["items"]
        of_it = {"household_id": str(household_id)}
        assert whole["consents"] == (await caller.get("/v1/credit/consents", **of_it)).json()["items"]
        assert whole["objections"] == (await caller.get("/v1/credit/objections", **of_it)).json()["items"]
        assert whole["file"]["facts"] == (await caller.get(f"{own}/facts")).json()["facts"]
    assert [len(whole[name]) for name in ("negative_facts", "queries", "consents", "objections")] == [2, 2, 2, 1]
    (loan,) = whole["loans"]
    assert (loan["balance_cents"], loan["days_past_due"]) == (10_000_00, 20)
    assert whole["more_queries"] is False
    assert "免费" in whole["rights"]


async def test_reading_it_is_being_told_of_what_is_held_against_it(town: Town) -> None:
    household_id = await town.household(H1, vetoes=["V1"])
    await town.take_over()
    by_official = await read(town, household_id, town.official)
    assert [one["told_on"] for one in by_official["negative_facts"]] == [None], "an official's look tells nobody"
    assert "veto/V1" not in (await Course(town).bank_reads(household_id))["reasons"]
    assert [one["how"] for one in (await read(town, household_id))["negative_facts"]] == ["read"]
    assert "veto/V1" in (await Course(town).bank_reads(household_id))["reasons"]


async def test_without_grade_and_file_it_says_so(town: Town) -> None:
    household_id = await town.household(None)
    empty = await read(town, household_id)
    assert (empty["explanation"], empty["file"], empty["loans"], empty["queries"]) == (None, None, [], [])


async def test_the_look_of_another_is_kept_once_and_that_of_the_household_is_not(world: World, town: Town) -> None:
    household_id, helper = await town.household(), new_id()
    await town.take_over()
    await world.tell(pairing(household_id, helper))
    await read(town, household_id, cadre_login(helper))
    (look,) = (await read(town, household_id))["queries"]
    day = Clock().today()  # A look is stamped by the database, whatever day the test's own clock says.
    assert (look["what"], look["text"]) == ("report", f"王芳于 {day.month} 月 {day.day} 日查看了您的信用报告。")


async def test_nobody_else_learns_that_there_is_such_a_household(world: World, town: Town) -> None:
    household_id = await town.household()
    strangers = (household_login(new_id()), cadre_login(new_id()), other_login("auditor"))
    for stranger in strangers:
        async with world.as_(stranger) as caller:
            for who in (household_id, new_id()):
                reply = await caller.get(f"/v1/credit/households/{who}/report")
                assert_problem(reply, 404, "household_not_found")
    async with world.as_(bank()) as caller:
        assert_problem(await caller.get(f"/v1/credit/households/{household_id}/report"), 401, "token_invalid")


async def test_of_very_many_looks_the_newest_are_shown_and_that_there_are_more(town: Town, monkeypatch: Any) -> None:
    household_id = await town.household()
    monkeypatch.setattr(read_report, "MOST_LOOKS", 2)
    for _ in range(3):
        await read(town, household_id, town.official)
    shown = await read(town, household_id)
    assert (len(shown["queries"]), shown["more_queries"]) == (2, True)
