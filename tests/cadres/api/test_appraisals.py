"""A cadre's year from the proposal to its appeal; what rests on it; the last place of the outstanding; who sees it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text

from services.cadres.domain.cadre import Cadre
from services.cadres.storage.decision_repository import decision_log
from services.cadres.use_cases.decide_about_cadre import move_decision
from tests.cadres.world import Caller, Town, World, cadre_login, official

FALSIFIED = {"code": "result_falsified", "evidence": "核查报告第 7 号"}
LATE = {"code": "rectification_overdue", "evidence": "整改台账第 12 号"}


@dataclass
class Desk:
    """Three officials of a town, and the cadre itself."""

    world: World
    town: Town
    first: Caller
    second: Caller
    third: Caller
    stack: AsyncExitStack

    async def person(self, cadre: Cadre) -> Caller:
        return await self.stack.enter_async_context(self.world.as_(cadre_login(cadre)))

    async def propose(
        self, cadre: Cadre, *deductions: dict[str, Any], expect: int = 201, **more: Any
    ) -> dict[str, Any]:
        body = {
            "cadre_id": str(cadre.cadre_id), "year": 2025, "deductions": deductions,
            "province": {"points": 9500, "reference": "省考核通报第 1 号"},
            "evaluation": {"points": 9000, "reference": "群众民主测评第 2 次"},
        }  # fmt: skip
        reply = await self.first.post("/v1/appraisals", body | more)
        assert reply.status_code == expect, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def imposed(self, cadre: Cadre, *deductions: dict[str, Any], **more: Any) -> str:
        """The id of an appraisal that was proposed, answered and decided."""
        made: str = (await self.propose(cadre, *deductions, **more))["appraisal_id"]
        await self.decide(cadre, made)
        return made

    async def decide(self, cadre: Cadre, decision: str) -> None:
        assert await move(await self.person(cadre), decision, "answered") == (200, "answered")
        assert await move(self.second, decision, "imposed") == (200, "imposed")

    async def notice(self, cadre: Cadre, expect: int = 201, **what: Any) -> dict[str, Any]:
        body = {"cadre_id": str(cadre.cadre_id), "reason": "理由", "evidence": "第 3 号"} | what
        reply = await self.first.post("/v1/decisions", body)
        assert reply.status_code == expect, reply.text
        found: dict[str, Any] = reply.json()
        return found


async def move(caller: Caller, decision: str, to: str) -> tuple[int, str]:
    found = await caller.post(f"/v1/decisions/{decision}/transitions", {"to": to, "note": "说明"})
    return found.status_code, found.json().get("code") or found.json()["state"]


async def due(person: Caller) -> list[tuple[str, str, str]]:
    """What the cadre's caseload tells it of decisions."""
    found = (await person.get("/v1/me/caseload")).json()["due"]
    return [(one["kind"], one["thing_id"], one["on"]) for one in found if one["kind"].startswith("decision")]


@pytest.fixture
async def desk(world: World, town: Town) -> AsyncIterator[Desk]:
    third = official("township_official", town.code, "official-3")
    async with AsyncExitStack() as stack:
        one, two, three = [
            await stack.enter_async_context(world.as_(who)) for who in (town.official, town.colleague, third)
        ]
        yield Desk(world, town, one, two, three, stack)


async def test_a_year_goes_from_proposal_to_appeal_and_the_person_reads_each_line(desk: Desk) -> None:
    cadre = await desk.town.cadre()
    made = await desk.propose(cadre, LATE)
    assert (made["local_points"], made["total_points"], made["grade"]) == (9500, 9425, "competent")
    assert (made["weights"]["province"], made["scheme"], made["allowed"][0]) == (70, "2020-1", "answered")
    person, case = await desk.person(cadre), made["appraisal_id"]
    read = (await person.get(f"/v1/appraisals/{case}")).json()
    assert [(one["name"], one["points"], one["counts"]) for one in read["deductions"]] == [
        ("督查发现的问题逾期未整改", 500, True)
    ]
    own = (await person.get("/v1/me/decisions")).json()["items"]
    assert [(one["reason"], one["appraisal_id"]) for one in own] == [("2025 年度考核：称职，94.25 分", case)]
    assert await due(person) == [("decision_to_answer", case, "2026-12-04")]
    assert await move(desk.second, case, "imposed") == (409, "decision_reply_still_open")
    assert await move(person, case, "answered") == (200, "answered")
    assert await move(desk.first, case, "imposed") == (409, "decision_needs_other_person")
    assert await move(desk.second, case, "imposed") == (200, "imposed")
    assert await due(person) == [("decision_to_appeal", case, "2026-12-24")]
    assert await move(person, case, "appealed") == (200, "appealed")
    assert await due(person) == []
    assert await move(desk.second, case, "lifted") == (409, "decision_needs_other_person")
    assert await move(desk.third, case, "lifted") == (200, "lifted")
    again = await desk.propose(cadre)
    assert again["state"] == "noticed", "a lifted appraisal leaves room for another"
    listed = (await desk.first.get("/v1/appraisals", region=desk.town.code, year=2025)).json()["items"]
    assert [one["appraisal_id"] for one in listed] == [case, again["appraisal_id"]]


async def test_the_chain_keeps_the_figures_from_which_the_result_was_worked_out(desk: Desk, world: World) -> None:
    cadre = await desk.town.cadre()
    made = await desk.propose(cadre, LATE)
    history = (await desk.first.get(f"/v1/decisions/{made['appraisal_id']}")).json()["history"]
    facts = history[0]["facts"]
    assert (facts["province"], facts["local"], facts["evaluation"], facts["total"]) == (9500, 9500, 9000, 9425)
    async with world.database.transaction() as connection:
        assert (await decision_log.verify(connection))[1] == []
        await connection.execute(
            text("UPDATE decision_transitions SET facts = facts || '{\"total\": 10000}' WHERE cadre_id = :id"),
            {"id": cadre.cadre_id},
        )
        assert [str(one.case_id) for one in (await decision_log.verify(connection))[1]] == [made["appraisal_id"]]
        await connection.rollback()


async def test_unfit_leads_to_recall_and_the_recall_bars_for_two_years(desk: Desk) -> None:
    cadre, post = await desk.town.cadre(), {"village_code": desk.town.village, "kind": "first_secretary"}
    held = await desk.first.post("/v1/posts", post | {"cadre_id": str(cadre.cadre_id), "from": "2025-03-01"})
    end = f"/v1/posts/{held.json()['post_id']}/end", {"reason": "recalled", "note": "召回", "on": "2026-11-24"}
    early = await desk.first.post(*end)
    assert (early.status_code, early.json()["code"]) == (409, "post_recall_not_decided")
    assert (await desk.notice(cadre, 409, kind="recall"))["code"] == "decision_needs_appraisal"
    unfit = await desk.imposed(cadre, FALSIFIED)
    recall = (await desk.notice(cadre, kind="recall", appraisal_id=unfit))["decision_id"]
    assert (await desk.notice(cadre, 409, kind="recall", appraisal_id=unfit))["code"] == "decision_already_begun"
    await desk.decide(cadre, recall)
    assert (await desk.first.post(*end)).status_code == 200
    anew = post | {"cadre_id": str(cadre.cadre_id), "from": "2026-11-24"}
    barred = await desk.first.post("/v1/posts", anew)
    assert (barred.status_code, barred.json()["code"]) == (409, "cadre_barred_from_post")
    assert "2028-11-24" in barred.json()["message"]
    person = (await desk.first.get(f"/v1/cadres/{cadre.cadre_id}")).json()
    fields = {name: person[name] for name in ("unit_id", "name", "region_code", "valid_from")}
    raised = await desk.first.put(f"/v1/cadres/{cadre.cadre_id}", fields | {"rank": "section_head"}, 1)
    assert (raised.status_code, raised.json()["code"]) == (409, "cadre_barred_from_promotion")
    best = await desk.propose(cadre, expect=409, year=2026, outstanding=True)
    assert best["code"] == "cadre_barred_from_award"
    assert await move(await desk.person(cadre), unfit, "appealed") == (200, "appealed")
    assert await move(desk.third, unfit, "lifted") == (200, "lifted")
    assert (await desk.first.post("/v1/posts", anew)).status_code == 201, "a recall falls with its appraisal"


async def test_an_exemption_takes_its_deduction_away_and_what_rested_on_it(desk: Desk) -> None:
    cadre = await desk.town.cadre()
    unfit = await desk.imposed(cadre, FALSIFIED, LATE)
    path = f"/v1/appraisals/{unfit}"
    line = (await desk.first.get(path)).json()["deductions"][0]
    conditions = dict.fromkeys(
        ("democratic_procedure", "no_private_gain", "no_unfairness_or_loss", "good_effect"), True
    )
    exempted = {"kind": "exemption", "exempts": line["deduction_id"]}
    partly = exempted | {"conditions": conditions | {"good_effect": False}}
    assert (await desk.notice(cadre, 409, **partly))["code"] == "exemption_conditions_not_met"
    exemption = (await desk.notice(cadre, **exempted, conditions=conditions))["decision_id"]
    assert (await desk.first.get(path)).json()["grade"] == "unfit", "not before it is decided"
    await desk.decide(cadre, exemption)
    now = (await desk.first.get(path)).json()
    assert ([one["counts"] for one in now["deductions"]], now["total_points"]) == ([False, True], 9425)
    assert now["grade"] == "competent"
    assert (await desk.notice(cadre, 409, kind="recall", appraisal_id=unfit))["code"] == "decision_needs_appraisal"


async def test_a_talk_notice_is_deducted_while_it_stands(desk: Desk) -> None:
    cadre = await desk.town.cadre()
    talk = (await desk.notice(cadre, kind="talk_notice", round={"year": 2025, "quarter": 4}))["decision_id"]
    line = {"code": "talk_notice", "evidence": "督查通报", "decision_id": talk}
    assert (await desk.propose(cadre, line, expect=409))["code"] == "deduction_ground_wrong"
    await desk.decide(cadre, talk)
    made = await desk.propose(cadre, line)
    assert made["local_points"] == 9000
    assert await move(await desk.person(cadre), talk, "appealed") == (200, "appealed")
    assert await move(desk.third, talk, "lifted") == (200, "lifted")
    assert (await desk.first.get(f"/v1/appraisals/{made['appraisal_id']}")).json()["local_points"] == 10_000


async def county_with(world: World, county: str, people: int) -> tuple[Town, list[Cadre]]:
    """A county of the poor areas that no other test uses: one cadre in four may be outstanding."""
    town = await world.town()
    town.code = f"{county}100"
    return town, [await town.cadre(name=f"干部{i}") for i in range(people)]


async def test_of_two_who_decide_on_the_last_place_at_once_one_gets_it(world: World) -> None:
    town, people = await county_with(world, "511922", 4)
    county = official("county_official", town.code[:6], "county-1")
    colleague = official("county_official", town.code[:6], "county-2")
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(world.as_(one)) for one in (county, colleague)]
        desk = Desk(world, town, first, second, first, stack)
        # Both may be proposed: a place is taken by the decision.
        cases = [(await desk.propose(one, outstanding=True))["appraisal_id"] for one in people[:2]]
        for one, case in zip(people, cases, strict=False):
            await move(await desk.person(one), case, "answered")
        ask = {"region": town.code, "year": 2025}
        before = (await first.get("/v1/appraisals/places", **ask)).json()
        assert before == {"region": "511922", "year": 2025, "people": 4, "places": 1, "taken": 0}
        both = await asyncio.gather(*(move(second, case, "imposed") for case in cases))
        after = (await first.get("/v1/appraisals/places", **ask)).json()
        assert sorted(both) == [(200, "imposed"), (409, "outstanding_places_taken")]
        assert after["taken"] == 1


async def test_whoever_comes_second_to_the_last_place_waits_for_the_first(world: World) -> None:
    """Slowed down: the first has decided and not yet committed when the second asks."""
    town, people = await county_with(world, "511902", 4)
    county, colleague = (official("county_official", town.code[:6], f"county-{i}") for i in (1, 2))
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(world.as_(one)) for one in (county, colleague)]
        desk = Desk(world, town, first, second, first, stack)
        cases = [(await desk.propose(one, outstanding=True))["appraisal_id"] for one in people[:2]]
        for one, case in zip(people, cases, strict=False):
            await move(await desk.person(one), case, "answered")
        parts = (world.cadres, world.app.state.rooms.policies, world.service.clock, colleague)
        async with world.database.transaction() as connection:
            await move_decision(connection, *parts, UUID(cases[0]), "imposed", "先")
            waiting = asyncio.create_task(move(second, cases[1], "imposed"))
            done, _ = await asyncio.wait([waiting], timeout=0.5)
            assert not done, "it waits for the one before"
        assert await waiting == (409, "outstanding_places_taken")


async def test_of_two_who_propose_one_year_at_once_one_does(desk: Desk) -> None:
    cadre = await desk.town.cadre()
    body = {
        "cadre_id": str(cadre.cadre_id), "year": 2025,
        "province": {"points": 9500, "reference": "r"}, "evaluation": {"points": 9000, "reference": "r"},
    }  # fmt: skip
    both = await asyncio.gather(*(one.post("/v1/appraisals", body) for one in (desk.first, desk.second)))
    assert sorted(one.status_code for one in both) == [201, 409]
    refused = next(one for one in both if one.status_code == 409)
    assert refused.json()["code"] == "appraisal_of_year_exists"


async def test_a_priority_follows_an_outstanding_year(world: World) -> None:
    town, people = await county_with(world, "511923", 4)
    county, colleague = (official("county_official", town.code[:6], f"county-{i}") for i in (1, 2))
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(world.as_(one)) for one in (county, colleague)]
        desk = Desk(world, town, first, second, first, stack)
        best = await desk.imposed(people[0], outstanding=True)
        kept: dict[str, Any] = {"kind": "priority", "appraisal_id": best}
        assert (await desk.notice(people[0], 409, **kept))["code"] == "priority_not_named"
        proposal = await desk.notice(people[0], **kept, priority="promotion")
        assert (proposal["priority"], proposal["appraisal_id"]) == ("promotion", best)
        await desk.decide(people[0], proposal["decision_id"])


async def test_others_do_not_learn_of_it(desk: Desk, world: World) -> None:
    cadre, other = await desk.town.cadre(), await desk.town.cadre()
    path = f"/v1/appraisals/{(await desk.propose(cadre))['appraisal_id']}"
    for stranger in (cadre_login(other), (await world.town()).official):
        async with world.as_(stranger) as caller:
            found = await caller.get(path)
            assert (found.status_code, found.json()["code"]) == (404, "appraisal_not_found")
    talk = await desk.notice(cadre, kind="talk_notice", round={"year": 2026, "quarter": 1})
    found = await desk.first.get(f"/v1/appraisals/{talk['decision_id']}")
    assert found.status_code == 404, "a decision of another kind is no appraisal"


async def test_nobody_proposes_the_own_appraisal(world: World, town: Town) -> None:
    cadre = await town.cadre(subject="both-1")
    body = {
        "cadre_id": str(cadre.cadre_id), "year": 2025,
        "province": {"points": 9500, "reference": "r"}, "evaluation": {"points": 9000, "reference": "r"},
    }  # fmt: skip
    async with world.as_(official("township_official", town.code, "both-1")) as caller:
        refused = await caller.post("/v1/appraisals", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "decision_needs_other_person")


async def test_no_count_of_visits_or_time_online_is_taken_and_no_route_ranks_people(desk: Desk, world: World) -> None:
    cadre = await desk.town.cadre()
    for name in ("visits", "check_ins", "online_minutes", "score", "rank"):
        refused = await desk.propose(cadre, expect=400, **{name: 365})
        assert refused["code"] == "field_unknown", refused
    document = world.app.openapi()
    asked = {
        (path, parameter["name"])
        for path, item in document["paths"].items()
        for operation in item.values()
        for parameter in operation.get("parameters", ())
    }
    orders = {"sort", "sort_by", "order", "order_by", "top"}
    assert not {one for one in asked if one[1] in orders}
    assert not [path for path in document["paths"] if {"rank", "ranks", "ranking", "league"} & set(path.split("/"))]


async def test_a_list_of_a_year_stands_by_place_and_id_whatever_it_comes_to(desk: Desk) -> None:
    cadres = [await desk.town.cadre() for _ in range(3)]
    made = [await desk.propose(one, *lines) for one, lines in zip(cadres, ([FALSIFIED], [], [LATE]), strict=True)]
    first = (await desk.first.get("/v1/appraisals", region=desk.town.code, year=2025, limit=2)).json()
    rest = await desk.first.get(
        "/v1/appraisals", region=desk.town.code, year=2025, limit=2, cursor=first["next_cursor"]
    )
    listed = [one["appraisal_id"] for one in (*first["items"], *rest.json()["items"])]
    assert listed == [one["appraisal_id"] for one in made]


async def test_the_schemes_are_there_for_whoever_is_appraised(desk: Desk) -> None:
    person = await desk.person(await desk.town.cadre())
    scheme = (await person.get("/v1/appraisals/schemes")).json()["items"][0]
    assert (scheme["weights"]["province"], scheme["outstanding_percent"], scheme["poor_area_percent"]) == (70, 20, 5)
    async with desk.world.as_(official("county_official", "511924", "county-9")) as county:
        before = (await county.get("/v1/appraisals/places", region="511924", year=2014)).json()
    assert before == {"region": "511924", "year": 2014, "people": 0, "places": 0, "taken": 0}, "no scheme, no place"
    assert [one["name"] for one in scheme["grades"]] == ["优秀", "称职", "基本称职", "不称职"]


async def test_a_result_is_read_from_nothing_but_the_file_of_the_person(desk: Desk, world: World) -> None:
    """Whatever else the service keeps (visits, logs, tasks): no statement of an appraisal's reading asks for it."""
    path = f"/v1/appraisals/{(await desk.propose(await desk.town.cadre(), LATE))['appraisal_id']}"
    asked: list[str] = []
    engine = world.database.engine.sync_engine

    def note(*statement: Any) -> None:
        asked.append(statement[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert (await desk.first.get(path)).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    read = set(re.findall(r"(?:FROM|JOIN)\s+(\w+)", " ".join(asked)))
    assert read == {"decisions", "appraisals", "appraisal_deductions", "cadres"}
