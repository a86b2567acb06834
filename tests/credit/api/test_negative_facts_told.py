"""A bank is told of a negative fact only after the person was, who may speak to it."""

from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.builders.worked_cases import H1
from tests.credit.course_world import Course
from tests.credit.loan_world import disbursed, event, report
from tests.credit.world import Town, World, assert_problem, cadre_login, household_login, official, pairing

VETOED = {**H1, "worst_days_past_due": 40}


def path(household_id: UUID, what: str = "") -> str:
    return f"/v1/credit/households/{household_id}/negative-facts{what}"


async def facts_of(town: Town, household_id: UUID, who: Any = None) -> list[dict[str, Any]]:
    async with town.world.as_(who or town.official) as caller:
        reply = await caller.get(path(household_id))
    assert reply.status_code == 200, reply.text
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


async def reasons(town: Town, household_id: UUID) -> list[str]:
    found: list[str] = (await Course(town).bank_reads(household_id))["reasons"]
    return found


async def test_a_veto_and_lateness_are_withheld_from_the_bank_until_the_household_has_looked(town: Town) -> None:
    household_id = await town.household(VETOED, vetoes=["V1"])
    await town.take_over()
    assert not [code for code in await reasons(town, household_id) if code.startswith("veto/") or "/D1/" in code]
    seen = await facts_of(town, household_id)
    assert {(one["code"], one["told_on"]) for one in seen} == {("veto/V1", None), ("late", None)}
    assert not [code for code in await reasons(town, household_id) if "veto" in code], "an official's look tells nobody"
    own = await facts_of(town, household_id, household_login(household_id))
    assert {(one["told_on"], one["how"]) for one in own} == {("2026-11-24", "read")}
    shared = await reasons(town, household_id)
    assert "veto/V1" in shared
    assert "rural-household@1/D1/b3" in shared


async def test_one_that_was_told_does_not_let_the_other_through(town: Town) -> None:
    household_id = await town.household(VETOED, vetoes=["V1"])
    await town.take_over()
    key = next(one["fact"] for one in await facts_of(town, household_id) if one["kind"] == "veto")
    async with town.world.as_(town.official) as caller:
        told = await caller.post(path(household_id, "/tellings"), {"fact": key, "how": "visit"})
    assert told.status_code == 200, told.text
    shared = await reasons(town, household_id)
    assert ("veto/V1" in shared, any("/D1/" in code for code in shared)) == (True, False)


async def test_the_helper_tells_it_and_another_cadre_knows_of_nobody(world: World, town: Town) -> None:
    household_id, helper = await town.household(H1, vetoes=["V1"]), new_id()
    await world.tell(pairing(household_id, helper))
    key = (await facts_of(town, household_id))[0]["fact"]
    async with world.as_(cadre_login(new_id())) as caller:
        assert_problem(
            await caller.post(path(household_id, "/tellings"), {"fact": key, "how": "phone"}),
            404,
            "household_not_found",
        )
    async with world.as_(cadre_login(helper)) as caller:
        assert (await caller.post(path(household_id, "/tellings"), {"fact": key, "how": "phone"})).status_code == 200
        unknown = await caller.post(path(household_id, "/tellings"), {"fact": f"veto/{new_id()}", "how": "phone"})
    assert_problem(unknown, 404, "negative_fact_not_found")
    async with world.as_(household_login(household_id)) as caller:
        reply = await caller.post(path(household_id, "/tellings"), {"fact": key, "how": "phone"})
    assert_problem(reply, 403, "not_permitted")


async def test_what_the_person_says_stands_beside_the_fact_wherever_it_is_shown(town: Town) -> None:
    household_id = await town.household(H1, vetoes=["V1"])
    await town.take_over()
    key = (await facts_of(town, household_id, household_login(household_id)))[0]["fact"]
    words = "判决以后已经还清，正在申请撤下名单"
    async with town.world.as_(household_login(household_id)) as caller:
        said = await caller.post(path(household_id, "/statements"), {"fact": key, "text": words})
        assert said.status_code == 200, said.text
        shown = [
            (await caller.get(f"/v1/credit/households/{household_id}/{what}")).json()["statements"]
            for what in ("grade", "explanation", "facts")
        ]
    shown.append((await Course(town).bank_reads(household_id))["statements"])
    assert shown == [[{"code": "veto/V1", "text": words}]] * 4
    async with town.world.as_(town.official) as caller:
        alone = await caller.post(path(household_id, "/statements"), {"fact": key, "text": "另一句"})
        witnessed = await caller.post(
            path(household_id, "/statements"), {"fact": key, "text": "另一句", "witness": "王芳"}
        )
    assert_problem(alone, 422, "witness_needed")
    assert [one["statement"] for one in witnessed.json()["items"]] == ["另一句"]


async def test_a_statement_to_a_fact_that_was_not_told_does_not_tell_the_bank(town: Town) -> None:
    household_id = await town.household(H1, vetoes=["V1"])
    await town.take_over()
    key = (await facts_of(town, household_id))[0]["fact"]
    async with town.world.as_(town.official) as caller:
        await caller.post(path(household_id, "/statements"), {"fact": key, "text": "不知情", "witness": "王芳"})
    line = await Course(town).bank_reads(household_id)
    assert (line["statements"], "veto/V1" in line["reasons"]) == ([], False)


async def test_a_new_time_past_due_has_to_be_told_anew(world: World, town: Town) -> None:
    household_id = await town.household()
    late = event(household_id, 2, "overdue", "2026-09-01", amount_cents=0, balance_cents=10_000_00, days_past_due=40)
    paid = event(household_id, 3, "repaid", "2026-10-01", amount_cents=1_00, balance_cents=9_999_00)
    await report(world, disbursed(household_id), late, paid)
    await town.take_over()
    await facts_of(town, household_id, household_login(household_id))
    assert any("/D1/b3" in code for code in await reasons(town, household_id))
    again = event(household_id, 4, "overdue", "2026-11-20", amount_cents=0, balance_cents=9_999_00, days_past_due=3)
    await report(world, again)
    assert not any("/D1/" in code for code in await reasons(town, household_id))
    assert len(await facts_of(town, household_id, household_login(household_id))) == 2
    assert any("/D1/b3" in code for code in await reasons(town, household_id))


async def test_nobody_else_sees_what_is_held_against_a_household(town: Town) -> None:
    household_id, other = await town.household(H1, vetoes=["V1"]), await town.household()
    for who in (household_login(other), official("township_official", (await town.world.town()).code)):
        async with town.world.as_(who) as caller:
            assert_problem(await caller.get(path(household_id)), 404, "household_not_found")
    await facts_of(town, household_id)
    async with town.world.as_(household_login(household_id)) as caller:
        looks = (await caller.get(f"/v1/credit/households/{household_id}/queries")).json()["items"]
    assert any("不良信息" in one["text"] for one in looks)
