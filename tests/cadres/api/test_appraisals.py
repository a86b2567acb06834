"""A cadre's year from the proposal to its appeal; what it is read from; who sees it."""

import asyncio
import re
from typing import Any

from sqlalchemy import event, text

from services.cadres.storage.decision_repository import decision_log
from tests.cadres.appraisal_desk import FALSIFIED, LATE, Desk, due, move
from tests.cadres.world import Town, World, cadre_login, official


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
