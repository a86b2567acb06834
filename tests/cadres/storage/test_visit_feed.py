"""What a visit finds becomes the households service's work exactly once, whatever stops, starts and is replayed."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.pairing import Pairing
from services.households.storage.told_finding_repository import hold_findings
from shared.change_log import Change
from shared.ids import new_id
from tests.builders.feeds import settled
from tests.builders.register import invented_id_number
from tests.cadres.siblings import Siblings
from tests.cadres.world import Town, cadre_login, rows_of

VILLAGE = "511921122202"
FINDINGS: list[dict[str, Any]] = [
    {"kind": "problem_found", "what": "入户路不通"},
    {"kind": "danger", "what": "户主突发重病"},
    {"kind": "guarantee", "what": "自来水已通", "guarantee": "water", "met": True},
    {"kind": "need", "what": "想养山羊", "thing_kind": "production"},
    {"kind": "use_of_money", "what": "贷款买了牛", "as_agreed": True},
]
BECAME = (
    "problems",
    "problem_steps",
    "monitoring_findings",
    "guarantee_sheets",
    "needs",
    "told_findings",
    "change_log",
)


async def visited(siblings: Siblings, findings: list[dict[str, Any]]) -> tuple[Cadre, UUID, str]:
    """A household of the register, visited by its cadre: cadre, household, visit."""
    town = Town(siblings.world, VILLAGE[:9], [VILLAGE], (await siblings.world.town()).unit)
    household_id = await siblings.register(VILLAGE, invented_id_number(date(1960, 1, 1), 123, male=True))
    cadre = await town.cadre()
    await siblings.world.load(pairings=[Pairing(new_id(), household_id, cadre.cadre_id, date(2025, 3, 1))])
    return cadre, household_id, await enter(siblings, cadre, household_id, findings)


async def enter(siblings: Siblings, cadre: Cadre, household_id: UUID, findings: list[dict[str, Any]]) -> str:
    visit_id = str(new_id())
    body = {"visit_id": visit_id, "household_id": str(household_id), "kind": "routine", "findings": findings}
    async with siblings.world.as_(cadre_login(cadre)) as phone:
        reply = await phone.post("/v1/visits", body | {"visited_at": "2026-11-20T23:10:00+08:00"})
        assert reply.status_code == 201, reply.text
    return visit_id


async def answers(siblings: Siblings, cadre: Cadre, visit_id: str) -> list[tuple[str, str | None]]:
    await siblings.listen()
    async with siblings.world.as_(cadre_login(cadre)) as phone:
        found = (await phone.get(f"/v1/visits/{visit_id}")).json()["findings"]
    return [(one["outcome"], one["outcome_code"]) for one in found]


async def what_it_became(siblings: Siblings) -> dict[str, list[Any]]:
    async with siblings.households.state.service.database.transaction() as connection:
        return {table: await rows_of(connection, f"SELECT * FROM {table} ORDER BY 1, 2") for table in BECAME}  # noqa: S608 - names of our tables


async def test_each_finding_becomes_work_of_its_kind_and_the_cadre_hears_of_it(siblings: Siblings) -> None:
    cadre, household_id, visit_id = await visited(siblings, FINDINGS)
    waiting = [("waiting", None)] * 4 + [(None, None)]
    assert await answers(siblings, cadre, visit_id) == waiting, "entered while nobody has heard of it yet"
    await siblings.hear()
    assert await answers(siblings, cadre, visit_id) == [("taken", None)] * 4 + [(None, None)]
    problem = (await siblings.ask("GET", f"/v1/problems?household_id={household_id}")).json()["items"][0]
    assert (problem["what"], problem["source"], problem["found_by_name"]) == ("入户路不通", "visit", "张三")
    water = (await siblings.ask("GET", f"/v1/households/{household_id}/guarantees")).json()["guarantees"]["water"]
    assert water == {"state": "yes", "checked_on": "2026-11-20", "evidence": "自来水已通"}
    need = (await siblings.ask("GET", f"/v1/households/{household_id}/needs")).json()["items"][0]
    assert (need["words"], need["consent"]) == ("想养山羊", None), "published only on the household's word"


async def test_a_replay_of_everything_ever_said_gives_the_same(siblings: Siblings) -> None:
    cadre, _, visit_id = await visited(siblings, FINDINGS)
    await siblings.hear()
    before, told = await what_it_became(siblings), await answers(siblings, cadre, visit_id)
    for reader in (*siblings.households.state.feeds, *siblings.world.app.state.feeds):
        await reader.rebuild()
    await siblings.hear()
    assert await what_it_became(siblings) == before
    assert await answers(siblings, cadre, visit_id) == told
    assert len(before["problems"]) == 1


async def test_a_visit_is_entered_while_the_households_service_is_stopped_and_heard_when_it_is_back(
    siblings: Siblings,
) -> None:
    cadre, household_id, _ = await visited(siblings, [])
    running = siblings.way_to_households.application
    siblings.way_to_households.application = None
    visit_id = await enter(siblings, cadre, household_id, FINDINGS)
    with pytest.raises(httpx.ConnectError):
        await siblings.listen()
    siblings.way_to_households.application = running
    await siblings.hear()
    await siblings.hear()
    assert await answers(siblings, cadre, visit_id) == [("taken", None)] * 4 + [(None, None)]
    assert {name: len(rows) for name, rows in (await what_it_became(siblings)).items()}["problems"] == 1


async def test_a_refused_finding_stops_no_other_and_says_why(siblings: Siblings) -> None:
    refused = {"kind": "need", "what": "想养山羊", "thing_kind": "no_such_kind"}
    cadre, _, visit_id = await visited(siblings, [refused, FINDINGS[0]])
    await siblings.hear()
    assert await answers(siblings, cadre, visit_id) == [("refused", "need_kind_unknown"), ("taken", None)]


async def test_a_problem_that_a_visit_found_fixed_waits_for_a_second_person(siblings: Siblings) -> None:
    cadre, household_id, _ = await visited(siblings, FINDINGS[:1])
    await siblings.hear()
    problem_id = (await siblings.ask("GET", f"/v1/problems?household_id={household_id}")).json()["items"][0][
        "problem_id"
    ]
    fixed = {"kind": "problem_fixed", "what": "路已铺好", "problem_id": problem_id}
    visit_id = await enter(siblings, cadre, household_id, [fixed, fixed])
    await siblings.hear()
    outcomes = await answers(siblings, cadre, visit_id)
    assert sorted(outcomes) == [("refused", "problem_step_not_allowed"), ("taken", None)]
    standing = (await siblings.ask("GET", f"/v1/problems/{problem_id}")).json()
    assert (standing["state"], standing["allowed"]) == ("fixed", ["looked_again", "assigned"])


async def test_a_finding_that_fails_unexpectedly_waits_and_the_others_go_on(siblings: Siblings) -> None:
    cadre, household_id, _ = await visited(siblings, [])
    async with siblings.households.state.service.database.transaction() as connection:
        told = {"kind": "of_a_newer_release", "what": "x", "details": {}, "visited_on": "2026-11-20"}
        told |= {"household_id": str(household_id), "subject": "s", "name": "n"}
        await hold_findings(connection, [Change("visit_finding", str(new_id()), told)])
    visit_id = await enter(siblings, cadre, household_id, FINDINGS[:1])
    await siblings.hear()
    assert await answers(siblings, cadre, visit_id) == [("taken", None)]
    async with siblings.households.state.service.database.transaction() as connection:
        waiting = "SELECT state, failures, next_at > heard_at FROM told_findings WHERE told IS NOT NULL"
        left = await rows_of(connection, waiting)
    assert left == [("waiting", 1, True)], "it is tried again later, and nothing is lost"


async def test_workers_side_by_side_take_a_finding_on_once(siblings: Siblings) -> None:
    await visited(siblings, FINDINGS)
    await settled(siblings.world.database, siblings.world.change_log)
    for reader in siblings.households.state.feeds:
        await reader.catch_up()
    await asyncio.gather(*(siblings.take_on() for _ in range(8)))
    became = await what_it_became(siblings)
    assert {name: len(became[name]) for name in ("problems", "monitoring_findings", "guarantee_sheets", "needs")} == {
        "problems": 1,
        "monitoring_findings": 1,
        "guarantee_sheets": 1,
        "needs": 1,
    }
    answered = [key for _, _, _, topic, key, *_ in became["change_log"] if topic == "visit_outcome"]
    assert len(answered) == len(set(answered)) == 4
