"""A household's grade and why it is so: who may see it, that it replays, and that each look of another is kept.

Check S62.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.credit.domain.score_household import score
from shared.clock import SHANGHAI
from shared.ids import new_id
from tests.builders.worked_cases import H1, H3, rural_household
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

FACTS = {name: value for name, value in H3.items() if name != "reviews"}


async def graded(town: Town, facts: dict[str, Any] = H3, vetoes: tuple[str, ...] = ()) -> UUID:
    household_id = await town.household(facts, vetoes=vetoes)
    await town.take_over()
    return household_id


async def explained(world: World, household_id: UUID) -> dict[str, Any]:
    async with world.as_(household_login(household_id)) as caller:
        reply = await caller.get(f"/v1/credit/households/{household_id}/explanation")
    assert reply.status_code == 200, reply.text
    assert reply.headers["cache-control"] == "no-store"
    body: dict[str, Any] = reply.json()
    return body


async def test_a_household_reads_its_grade_with_reasons_and_the_way_to_a_persons_review(
    world: World, town: Town
) -> None:
    household_id = await graded(town)
    async with world.as_(household_login(household_id)) as caller:
        body = (await caller.get(f"/v1/credit/households/{household_id}/grade")).json()
    assert (body["grade"], body["total"], body["basis"], body["in_effect"]) == ("A", 66, "initial", True)
    assert (body["as_of"], body["effective_on"], body["valid_until"]) == ("2026-11-24", "2026-11-24", "2028-11-24")
    assert [one["code"].partition("/")[2] for one in body["reasons"]] == ["D1/no_record", "A2/none", "B1/b2", "C2/b3"]
    assert "重新核查" in body["review"]
    assert "total" in body
    assert "facts" not in body


async def test_the_explanation_says_what_would_raise_the_grade(world: World, town: Town) -> None:
    body = await explained(world, await graded(town))
    assert [(one["attribute"], one["from_points"], one["to_points"]) for one in body["improvements"]] == [("A2", 0, 4)]
    assert (body["points"]["A2"], body["maximum"]["A2"], sum(body["maximum"].values())) == (0, 7, 100)
    assert body["trace_sha256"] == score(rural_household(), H3).trace_sha256
    assert body["trace_replays"] is True


async def test_a_veto_leads_the_reasons_and_leaves_nothing_to_raise(world: World, town: Town) -> None:
    body = await explained(world, await graded(town, H1, ("V2", "V1")))
    assert (body["grade"], body["total"], body["improvements"]) == ("vetoed", 83, [])
    assert [one["code"] for one in body["reasons"]][:2] == ["veto/V1", "veto/V2"]


async def test_the_score_still_replays_after_the_facts_were_changed(world: World, town: Town) -> None:
    household_id = await graded(town)
    before = await explained(world, household_id)
    path = f"/v1/credit/households/{household_id}"
    async with world.as_(town.official) as caller:
        for version in (1, 2):
            changed = await caller.put(f"{path}/facts", FACTS | {"workers": version + 2}, version)
            assert changed.status_code == 200
        assert (await caller.put(f"{path}/reviews", {"reviews": [1] * 5}, 3)).status_code == 200
    after = await explained(world, household_id)
    assert after == before
    assert after["trace_replays"] is True


async def test_a_score_that_no_longer_follows_from_its_facts_is_seen(world: World, town: Town) -> None:
    household_id = await graded(town)
    async with world.database.transaction() as connection:
        statement = "UPDATE facts SET net_income_cents = 1 WHERE household_id = $1"
        await connection.exec_driver_sql(statement, (household_id,))
    assert (await explained(world, household_id))["trace_replays"] is False


async def test_whoever_may_not_know_of_a_household_reads_the_same_as_of_one_that_is_not_there(
    world: World, town: Town
) -> None:
    household_id = await graded(town)
    strangers = (
        household_login(new_id()),
        cadre_login(new_id()),
        official("village_official", "511922101201"),
        other_login("auditor"),
        other_login("donor"),
    )
    for who in strangers:
        async with world.as_(who) as caller:
            for what in ("grade", "explanation", "facts", "queries"):
                known = await caller.get(f"/v1/credit/households/{household_id}/{what}")
                unknown = await caller.get(f"/v1/credit/households/{new_id()}/{what}")
                for reply in (known, unknown):
                    assert_problem(reply, 404, "household_not_found")
                own = {"request_id", "instance"}
                assert {k: v for k, v in known.json().items() if k not in own} == {
                    k: v for k, v in unknown.json().items() if k not in own
                }
            assert_problem(
                await caller.get("/v1/credit/consents", household_id=household_id), 404, "household_not_found"
            )


async def test_each_look_of_another_is_kept_for_the_household_and_its_own_is_not(world: World, town: Town) -> None:
    household_id, cadre_id = await graded(town), new_id()
    await world.tell(pairing(household_id, cadre_id))
    path = f"/v1/credit/households/{household_id}"
    async with world.as_(town.official) as caller:
        await caller.get(f"{path}/grade")
        await caller.get(f"{path}/facts")
    async with world.as_(cadre_login(cadre_id)) as caller:
        await caller.get(f"{path}/explanation")
    await explained(world, household_id)
    async with world.as_(household_login(household_id)) as caller:
        body = (await caller.get(f"{path}/queries")).json()
        again = (await caller.get(f"{path}/queries")).json()
    assert [(one["kind"], one["who"], one["what"]) for one in body["items"]] == [
        ("look", "王芳", "explanation"),
        ("look", "张三", "facts"),
        ("look", "张三", "grade"),
    ]
    at = datetime.fromisoformat(body["items"][0]["at"]).astimezone(SHANGHAI)
    assert [one["text"] for one in body["items"]] == [
        f"王芳于 {at.month} 月 {at.day} 日查看了您的等级说明。",
        f"张三于 {at.month} 月 {at.day} 日查看了您的信用档案。",
        f"张三于 {at.month} 月 {at.day} 日查看了您的信用等级。",
    ]
    assert again == body


async def test_the_list_of_looks_is_read_page_by_page_newest_first(world: World, town: Town) -> None:
    household_id = await graded(town)
    path = f"/v1/credit/households/{household_id}"
    async with world.as_(town.official) as caller:
        for _ in range(5):
            await caller.get(f"{path}/grade")
    async with world.as_(household_login(household_id)) as caller:
        whole = (await caller.get(f"{path}/queries")).json()["items"]
        read, page = [], (await caller.get(f"{path}/queries", limit=2)).json()
        while page["has_more"]:
            read += page["items"]
            page = (await caller.get(f"{path}/queries", limit=2, cursor=page["next_cursor"])).json()
        read += page["items"]
        assert read == whole
        assert len(read) == 5
        assert_problem(await caller.get(f"{path}/queries", cursor="AAAA"), 400, "cursor_unreadable")
        assert_problem(await caller.get(f"{path}/queries", limit=101), 422, "schema_invalid")
        assert_problem(await caller.get(f"{path}/queries", limit=0), 422, "schema_invalid")


async def test_a_veto_counts_from_the_next_scoring_on_and_is_audited(world: World, town: Town) -> None:
    household_id = await town.household()
    path = f"/v1/credit/households/{household_id}/vetoes"
    body = {"code": "V1", "evidence": "执行裁定书", "source": "县法院", "opened_on": "2026-11-01"}
    async with world.as_(town.official) as caller:
        entered = await caller.post(path, {**body, "veto_id": (veto_id := str(new_id()))})
        assert (entered.status_code, entered.json()["vetoes"]) == (201, ["V1"])
        assert_problem(await caller.post(path, {**body, "veto_id": veto_id}), 409, "veto_exists")
        assert_problem(await caller.post(path, {**body, "expires_on": "2026-10-31"}), 422, "veto_dates_wrong")
        assert_problem(await caller.post(path, {**body, "code": "V6"}), 422, "schema_invalid")
        assert_problem(await caller.post(path, {**body, "code": "V5"}), 422, "veto_end_needed")
        assert_problem(await caller.post(path, {**body, "opened_on": "2026-11-25"}), 422, "veto_dates_wrong")
        assert_problem(await caller.post(path, {**body, "person": "child"}), 422, "schema_invalid")
    async with world.as_(official("village_official", "511922101201")) as caller:
        assert_problem(await caller.post(path, body), 404, "household_not_found")
    async with world.as_(household_login(household_id)) as caller:
        assert_problem(await caller.post(path, body), 403, "not_permitted")
    await town.take_over()
    assert (await explained(world, household_id))["grade"] == "vetoed"
    audited = await world.rows("SELECT event FROM audit_events WHERE subject = $1", str(household_id))
    assert audited == [("veto_opened",)]


async def test_a_misuse_ends_by_itself_after_a_year_and_whose_it_is_is_kept(world: World, town: Town) -> None:
    household_id = await town.household()
    body = {"code": "V4", "evidence": "检查通报", "source": "乡镇", "opened_on": "2026-02-28", "person": "spouse"}
    async with world.as_(town.official) as caller:
        assert (await caller.post(f"/v1/credit/households/{household_id}/vetoes", body)).status_code == 201
        for day, standing in ((date(2027, 2, 28), ["V4"]), (date(2027, 3, 1), [])):
            world.set_day(day)
            assert (await caller.get(f"/v1/credit/households/{household_id}/facts")).json()["vetoes"] == standing
    kept = await world.rows("SELECT person, expires_on FROM vetoes WHERE household_id = $1", household_id)
    assert kept == [("spouse", date(2027, 2, 28))]


@pytest.mark.parametrize("path", ["grade", "explanation"])
async def test_a_household_that_was_never_graded_has_no_grade(world: World, town: Town, path: str) -> None:
    household_id = await town.household()
    async with world.as_(household_login(household_id)) as caller:
        assert_problem(await caller.get(f"/v1/credit/households/{household_id}/{path}"), 404, "grade_not_found")
        assert_problem(await caller.get(f"/v1/credit/households/not-an-id/{path}"), 422, "schema_invalid")
