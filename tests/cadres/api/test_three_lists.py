"""Tasks, duties and problems, the working log, and households that nobody went to see."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.pairing import Pairing
from shared.change_log import Change
from shared.ids import new_id
from tests.cadres.world import TODAY, Caller, Town, World, cadre_login, household, official

YESTERDAY, SOON = TODAY - timedelta(days=1), TODAY + timedelta(days=7)


def task(town: Town, cadre: Cadre, **more: Any) -> dict[str, Any]:
    body = {"village_code": town.village, "cadre_id": str(cadre.cadre_id), "what": "核对医保", "due_on": str(SOON)}
    return body | more


async def move(caller: Caller, one: dict[str, Any], to: str, **more: Any) -> Any:
    body = {"to": to, "version": one["version"]} | more
    return await caller.post(f"/v1/tasks/{one['task_id']}/transitions", body)


async def paired(world: World, town: Town, cadre: Cadre, since: date = date(2026, 11, 1)) -> UUID:
    household_id = await town.household()
    await world.load(pairings=[Pairing(new_id(), household_id, cadre.cadre_id, since)])
    return household_id


def duty(household_id: UUID, problems: int, due: date | None) -> Change:
    said = {"open_cases": 0, "check_due_on": None, "watch_due_on": None}
    return Change(
        "household_duty", str(household_id), said | {"open_problems": problems, "problem_due_on": due and str(due)}
    )


async def test_a_task_is_given_done_and_confirmed_by_another_and_each_step_stays(world: World, town: Town) -> None:
    cadre = await town.cadre()
    async with world.as_(town.official) as desk, world.as_(cadre_login(cadre)) as phone:
        given = (await desk.post("/v1/tasks", task(town, cadre))).json()
        lists = (await phone.get("/v1/me/tasks")).json()
        assert [(one["what"], one["given_by_name"], one["due_on"]) for one in lists["tasks"]] == [
            ("核对医保", "张三", str(SOON))
        ]
        assert (await move(phone, given, "confirmed")).json()["code"] == "task_step_not_allowed"
        assert (await move(desk, given, "done")).json()["code"] == "task_step_not_yours"
        done = (await move(phone, given, "done", note="已核对")).json()
        stale = await move(desk, given, "confirmed")
        assert (stale.status_code, stale.json()["current"]["state"]) == (412, "done")
        assert (await move(desk, done, "confirmed")).json()["state"] == "confirmed"
        file = (await desk.get(f"/v1/tasks/{given['task_id']}")).json()
    assert [step["state"] for step in file["steps"]] == ["open", "done", "confirmed"]
    assert file["allowed"] == []


async def test_an_official_who_has_the_task_reports_it_and_another_confirms(world: World, town: Town) -> None:
    cadre = await town.cadre()
    secretary = replace(town.official, cadre_id=str(cadre.cadre_id))
    async with world.as_(secretary) as desk, world.as_(town.colleague) as other:
        given = (await desk.post("/v1/tasks", task(town, cadre))).json()
        assert (await move(other, given, "done")).json()["code"] == "task_step_not_yours"
        done = (await move(desk, given, "done", note="已核对")).json()
        own = await move(desk, done, "confirmed")
        assert (own.status_code, own.json()["code"]) == (409, "task_needs_second_person")
        assert own.json()["allowed"] == ["open"]
        assert (await move(other, done, "confirmed")).json()["state"] == "confirmed"


async def test_of_twenty_who_confirm_at_once_one_does(world: World, town: Town) -> None:
    cadre = await town.cadre()
    async with world.as_(town.official) as desk, world.as_(cadre_login(cadre)) as phone:
        given = (await desk.post("/v1/tasks", task(town, cadre))).json()
        done = (await move(phone, given, "done")).json()
        replies = await asyncio.gather(*(move(desk, done, "confirmed") for _ in range(20)))
    assert sorted(reply.status_code for reply in replies) == [200] + [412] * 19


async def test_the_same_task_sent_twice_under_one_id_is_there_once(world: World, town: Town) -> None:
    cadre = await town.cadre()
    body = task(town, cadre, task_id=str(new_id()))
    async with world.as_(town.official) as desk:
        replies = await asyncio.gather(*(desk.post("/v1/tasks", body) for _ in range(5)))
        assert sorted(reply.status_code for reply in replies) == [201] + [409] * 4
        assert len((await desk.get("/v1/tasks", region=town.code)).json()["items"]) == 1


async def test_a_task_given_to_another_leaves_the_first_ones_list(world: World, town: Town) -> None:
    first, second = await town.cadre(), await town.cadre()
    async with world.as_(town.official) as desk:
        given = (await desk.post("/v1/tasks", task(town, first, kind="duty"))).json()
        await move(desk, given, "open", cadre_id=str(second.cadre_id))
    for cadre, expected in ((first, 0), (second, 1)):
        async with world.as_(cadre_login(cadre)) as phone:
            assert len((await phone.get("/v1/me/tasks")).json()["duties"]) == expected
            seen = await phone.get(f"/v1/tasks/{given['task_id']}")
            assert seen.status_code == (200 if expected else 404)


async def test_overdue_tasks_are_listed_page_by_page_of_the_place_and_of_one_cadre(world: World, town: Town) -> None:
    cadre, other = await town.cadre(), await town.cadre()
    async with world.as_(town.official) as desk:
        for one in (cadre, other, cadre):
            assert (await desk.post("/v1/tasks", task(town, one, due_on=str(TODAY)))).status_code == 201
        await desk.post("/v1/tasks", task(town, cadre))
        async with world.database.transaction() as connection:
            await connection.exec_driver_sql(
                "UPDATE tasks SET due_on = $1 WHERE due_on = $2 AND village_code = $3", (YESTERDAY, TODAY, town.village)
            )
        seen: list[str] = []
        cursor: str | None = None
        while cursor is not None or not seen:
            asked: dict[str, Any] = {"cursor": cursor} if cursor else {}
            page = (await desk.get("/v1/tasks", region=town.code, overdue="true", limit=1, **asked)).json()
            seen += [one["task_id"] for one in page["items"]]
            assert all(one["overdue"] for one in page["items"])
            cursor = page["next_cursor"]
        assert len(seen) == len(set(seen)) == 3
        own = await desk.get("/v1/tasks", region=town.code, overdue="true", cadre_id=str(cadre.cadre_id))
        assert len(own.json()["items"]) == 2


async def test_what_cannot_be_given_is_refused_with_what_to_do(world: World, town: Town) -> None:
    cadre, gone = await town.cadre(), await town.cadre(valid_to=date(2026, 1, 1))
    elsewhere = await (await world.town()).household()
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"due_on": str(YESTERDAY)}, 422, "task_due_day_past"),
        ({"cadre_id": str(gone.cadre_id)}, 409, "cadre_not_in_office"),
        ({"cadre_id": str(new_id())}, 404, "cadre_not_found"),
        ({"household_id": str(elsewhere)}, 404, "helped_household_not_found"),
        ({"village_code": "511921999999"}, 403, "outside_scope"),
    ]
    async with world.as_(town.official) as desk:
        for more, status, code in cases:
            reply = await desk.post("/v1/tasks", task(town, cadre, **more))
            assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text


async def test_problems_of_the_ledger_stand_in_the_cadres_list_and_the_places(world: World, town: Town) -> None:
    cadre = await town.cadre()
    late, fixed, clean = [await paired(world, town, cadre) for _ in range(3)]
    await world.tell(duty(late, 2, YESTERDAY), duty(fixed, 1, None), duty(clean, 0, None))
    async with world.as_(cadre_login(cadre)) as phone, world.as_(town.official) as desk:
        lists = (await phone.get("/v1/me/tasks")).json()["problems"]
        assert [(one["household_id"], one["open_problems"]) for one in lists] == [(str(late), 2), (str(fixed), 1)]
        first = (await desk.get("/v1/tasks/problems", region=town.code, limit=1)).json()
        rest = (await desk.get("/v1/tasks/problems", region=town.code, cursor=first["next_cursor"])).json()
        assert [one["household_id"] for one in first["items"] + rest["items"]] == [str(late), str(fixed)]
        overdue = (await desk.get("/v1/tasks/problems", region=town.code, overdue="true")).json()["items"]
        assert [one["household_id"] for one in overdue] == [str(late)]
        due = (await phone.get("/v1/me/caseload")).json()["due"]
        assert [(one["kind"], one["thing_id"]) for one in due] == [("problem_to_fix", str(late))]


async def test_a_days_log_holds_what_was_written_and_what_visits_and_tasks_tell(world: World, town: Town) -> None:
    cadre, stranger = await town.cadre(), await town.cadre()
    household_id = await paired(world, town, cadre)
    note = {"entry_id": str(new_id()), "on": str(TODAY), "what": "参加村民代表大会"}
    visit = {"visit_id": str(new_id()), "household_id": str(household_id), "kind": "routine"}
    async with world.as_(town.official) as desk, world.as_(cadre_login(cadre)) as phone:
        given = (await desk.post("/v1/tasks", task(town, cadre))).json()
        await phone.post("/v1/visits", visit | {"visited_at": "2026-11-24T00:30:00+08:00"})
        replies = await asyncio.gather(*(phone.post("/v1/me/work-log", note) for _ in range(10)))
        assert {reply.status_code for reply in replies} == {201}
        assert (await phone.post("/v1/me/work-log", note | {"what": "x"})).json()["code"] == "work_log_id_taken"
        ahead = await phone.post("/v1/me/work-log", note | {"entry_id": str(new_id()), "on": str(SOON)})
        assert ahead.json()["code"] == "work_log_ahead"
        await move(phone, given, "done")
        for reader in (phone, desk):
            log = (await reader.get(f"/v1/cadres/{cadre.cadre_id}/work-log", as_of=str(TODAY))).json()["items"]
            assert sorted((one["kind"], one["state"]) for one in log) == [
                ("note", None),
                ("task", "done"),
                ("task", "open"),
                ("visit", "routine"),
            ]
        assert (await phone.get(f"/v1/cadres/{cadre.cadre_id}/work-log", as_of=str(YESTERDAY))).json()["items"] == []
    async with world.as_(cadre_login(stranger)) as other:
        assert (await other.get(f"/v1/cadres/{cadre.cadre_id}/work-log")).status_code == 404


async def test_households_without_a_visit_for_so_many_days_are_a_list_and_a_count(world: World, town: Town) -> None:
    cadre = await town.cadre()
    never, long_ago, lately = [await paired(world, town, cadre, date(2026, 1, 1)) for _ in range(3)]
    await world.tell(household(new_id(), town.village, poor=False))
    async with world.as_(cadre_login(cadre)) as phone, world.as_(town.official) as desk:
        for one, day in ((long_ago, "2026-10-24"), (lately, "2026-10-25"), (lately, "2026-02-01")):
            body = {"visit_id": str(new_id()), "household_id": str(one), "kind": "routine"}
            made = await phone.post("/v1/visits", body | {"visited_at": f"{day}T12:00:00+08:00"})
            assert made.status_code == 201, made.text
        found = (await desk.get("/v1/visits/overdue", region=town.code, days=30)).json()
        assert {(one["household_id"], one["visited_on"]) for one in found["items"]} == {
            (str(never), None),
            (str(long_ago), "2026-10-24"),
        }
        places = (await desk.get("/v1/visits/overdue/places", region=town.code, days=30)).json()["items"]
        assert [(one["households"], one["unvisited"], one["never"]) for one in places] == [(3, 2, 1)]
        assert (await desk.get("/v1/visits/overdue", region=town.code)).json()["days"] == 90, "as the policy says"
        cases = (await phone.get("/v1/me/caseload")).json()
        assert {case["household_id"]: case["last_visit_on"] for case in cases["items"]}[str(lately)] == "2026-10-25"
        assert [one["thing_id"] for one in cases["due"] if one["kind"] == "visit_overdue"] == [str(never)]
    async with world.as_(official("township_official", "511921999")) as stranger:
        assert (await stranger.get("/v1/visits/overdue", region=town.code)).status_code == 403
