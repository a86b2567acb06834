"""What would these facts score? The worked cases through the API; nothing is stored, nobody's consent is needed."""

from typing import Any

import pytest

from tests.builders.worked_cases import ATTRIBUTES, H1, H3, H4, H6, rural_household
from tests.credit.world import Town, World, assert_problem, household_login, official, other_login

PATH = "/v1/credit/score-previews"
# (facts, points in card order, total, band, reasons, raises)
CASES: dict[str, tuple[dict[str, Any], str, int, str, str, list[tuple[str, int, int]]]] = {
    "H1": (H1, "7 0 7 5 12 7 5 2 20 5 5 8", 83, "AAA", "A2/none B1/b3 C4/b2 E1/b9", []),
    "H3": (H3, "7 0 4 5 12 5 5 2 12 2 5 7", 66, "A", "D1/no_record A2/none B1/b2 C2/b3", [("A2", 0, 4)]),
    "H4": (H4, "3 0 1 5 9 5 3 0 14 4 5 6", 55, "none", "B1/b1 A2/none D1/b2 A1/b2", [("A2", 0, 7)]),
    "H6": (H6, "7 0 9 5 9 7 5 2 20 5 5 8", 82, "AAA", "A2/none C1/b2 C4/b2 E1/b9", []),
    "H8": (H1 | {"vetoes": ["V1"]}, "7 0 7 5 12 7 5 2 20 5 5 8", 83, "vetoed", "V1 A2/none B1/b3 C4/b2 E1/b9", []),
}


def preview(facts: dict[str, Any], card: str = "rural-household", as_of: str = "2026-11-24") -> dict[str, Any]:
    return {"card": card, "facts": facts, "as_of": as_of}


@pytest.mark.parametrize("case", CASES)
async def test_a_worked_case_scores_as_the_handbook_says(world: World, town: Town, case: str) -> None:
    facts, points, total, band, reasons, raises = CASES[case]
    async with world.as_(town.official) as caller:
        reply = await caller.post(PATH, preview(facts))
    body = reply.json()
    assert reply.status_code == 200
    assert (body["total"], body["band"], body["vetoes"]) == (total, band, facts.get("vetoes", []))
    assert body["points"] == dict(zip(ATTRIBUTES, map(int, points.split()), strict=True))
    codes = [f"rural-household@1/{one}" if "/" in one else f"veto/{one}" for one in reasons.split()]
    assert [reason["code"] for reason in body["reasons"]] == codes
    assert all(reason["text"] for reason in body["reasons"])
    assert [(one["attribute"], one["from_points"], one["to_points"]) for one in body["improvements"]] == raises
    card = rural_household()
    assert body["card"] == {"id": card.id, "version": card.version, "sha256": card.sha256}
    assert len(body["trace_sha256"]) == 64
    assert reply.headers["cache-control"] == "no-store"


async def test_too_few_reviews_answer_200_without_a_total(world: World, town: Town) -> None:
    async with world.as_(town.official) as caller:
        reply = await caller.post(PATH, preview(H1 | {"reviews": [8, 8, 8, 8]}))
    body = reply.json()
    assert (reply.status_code, body["total"], body["band"], body["points"]["E1"]) == (200, None, "not_rated", None)
    assert body["missing"] == ["reviews"]


async def test_a_preview_stores_nothing(world: World, town: Town) -> None:
    tables = ("facts", "scores", "looks", "query_log", "audit_events", "idempotency_keys")

    async def counts() -> list[Any]:
        return [await world.rows(f"SELECT count(*) FROM {table}") for table in tables]  # noqa: S608 - names of this test

    before = await counts()
    async with world.as_(town.official) as caller:
        await caller.post(PATH, preview(H1))
    assert await counts() == before


async def test_only_officials_preview(world: World, town: Town) -> None:
    for who in (household_login(await town.household()), other_login("auditor"), other_login("cadre")):
        async with world.as_(who) as caller:
            assert_problem(await caller.post(PATH, preview(H1)), 403, "not_permitted")


async def test_an_unknown_card_and_one_not_yet_in_force_are_not_found(world: World, town: Town) -> None:
    async with world.as_(town.official) as caller:
        assert_problem(await caller.post(PATH, preview(H1, card="no-such-card")), 404, "card_not_found")
        assert_problem(await caller.post(PATH, preview(H1, as_of="2019-12-31")), 404, "card_not_found")
        assert (await caller.post(PATH, preview(H1, as_of="2020-01-01"))).status_code == 200
        assert_problem(await caller.post(PATH, preview(H1, card="../cards")), 422, "schema_invalid")


@pytest.mark.parametrize(
    "text",
    [
        '{"card":"rural-household","as_of":"2026-11-24","facts":{"workers":NaN}}',
        '{"card":"rural-household","as_of":"2026-11-24","facts":{"workers":-Infinity}}',
        '{"card":"rural-household","as_of":"2026-11-24","facts":{"workers":1e999}}',
        '{"card":"rural-household","as_of":"2026-11-24","facts":{"skill":"\\ud800"}}',
        '{"card":"rural-household","as_of":"2026-11-24","facts":{"skill":"\\u0000"}}',
        '{"card":"rural-household","as_of":"2026-11-24","as_of":"2026-11-24","facts":{}}',
        "[" * 100_000,
        "",
        "{",
        "\ufeff{}",
    ],
)
async def test_what_is_no_clean_json_is_unreadable(world: World, town: Town, text: str) -> None:
    async with world.as_(town.official) as caller:
        reply = await caller.post_text(PATH, text)
    assert reply.status_code in ({400} if text else {422})
    assert_problem(reply, reply.status_code, reply.json()["code"])


@pytest.mark.parametrize(
    "changed",
    [
        {"workers": 2.5},
        {"workers": 10**30},
        {"net_income_cents": -(10**12) - 1},
        {"people": 0},
        {"skill": ["none"]},
        {"reviews": [8] * 1001},
        {"reviews": {"a": {"b": [1]}}},
        {"vetoes": ["V9"]},
        {"vetoes": None},
    ],
)
async def test_a_fact_out_of_type_or_range_is_refused_with_its_place(
    world: World, town: Town, changed: dict[str, Any]
) -> None:
    async with world.as_(town.official) as caller:
        body = assert_problem(await caller.post(PATH, preview(H1 | changed)), 422, "facts_refused")
    assert [(one["pointer"], one["code"]) for one in body["errors"]] == [(f"/facts/{next(iter(changed))}", "fact_type")]


async def test_banned_and_unknown_facts_are_told_apart_and_named(world: World, town: Town) -> None:
    async with world.as_(town.official) as caller:
        refused = await caller.post(PATH, preview(H1 | {"head_sex": "女", "children": 3, "weather": 1}))
    body = assert_problem(refused, 400, "facts_unknown")
    assert [(one["pointer"], one["code"]) for one in body["errors"]] == [
        ("/facts/head_sex", "fact_banned"),
        ("/facts/children", "fact_banned"),
        ("/facts/weather", "fact_unknown"),
    ]


async def test_neither_a_value_nor_a_number_in_the_place_of_a_name_is_shown_back(world: World, town: Town) -> None:
    number = "511921198001011234"
    async with world.as_(town.official) as caller:
        for facts, status in (({number: 1}, 400), ({"skill": number}, 422), ({f"sex_{number}": 1}, 400)):
            reply = await caller.post(PATH, preview(H1 | facts))
            assert reply.status_code == status
            assert number not in reply.text


async def test_days_out_of_the_calendar_are_refused(world: World, town: Town) -> None:
    async with world.as_(official("village_official", town.village)) as caller:
        for day in ("2026-02-30", "0001-01-01", "9999-12-31", "20261124", 20261124, None):
            refused = await caller.post(PATH, preview(H1) | {"as_of": day})
            assert_problem(refused, 422, "schema_invalid")
