"""The raw door of the banks' query and FastAPI's route of the same path say the same in the same words."""

from typing import Any

import orjson
import pytest

from shared.ids import new_id
from tests.builders.worked_cases import H1
from tests.credit.bank_queries import PATH, logged, query
from tests.credit.world import Caller, Town, World, assert_problem, bank, official, other_login

BODIES: dict[str, str] = {
    "null": "null",
    "a list": "[]",
    "a text": '"x"',
    "no queries": "{}",
    "a null": '{"queries":null}',
    "a query that is a number": '{"queries":[1]}',
    "an unknown field": '{"queries":[],"511921198001011234":1}',
    "an unknown field of a query": '{"queries":[{"511921198001011234":1}]}',
    "wrong types": '{"queries":[{"household_id":1,"consent_id":"x","purpose":"love","reference":""}]}',
    "a number out of range": '{"queries":[{"id_number":"1","consent_id":"x","purpose":"loan_review","reference":"r"}]}',
    "twins": '{"queries":[],"queries":[]}',
    "NaN": '{"queries":NaN}',
    "1e999": '{"queries":1e999}',
    "a lone surrogate": '{"queries":"\\ud800"}',
    "NUL": '{"queries":"\\u0000"}',
    "deep": "[" * 40,
    "cut": '{"queries":',
}


async def by_both_doors(caller: Caller, text: str | bytes) -> list[tuple[int, Any, str, str]]:
    """Status, body and headers by the raw door, and by FastAPI's route, which takes what the door does not know."""
    answers = []
    for content_type in ("application/json", "application/json; charset=utf-8"):
        reply = await caller.post_text(PATH, text, **{"content-type": content_type})
        body = reply.json()
        body.pop("request_id", None)
        answers.append((reply.status_code, body, reply.headers["content-type"], reply.headers["cache-control"]))
    return answers


async def test_more_than_a_thousand_none_and_both_keys_or_neither_are_refused_whole(world: World, town: Town) -> None:
    household_id, consent_id = await town.household(H1), new_id()
    one = query(household_id, consent_id)
    async with world.as_(bank()) as caller:
        too_many = await caller.post(PATH, {"queries": [one] * 1001})
        assert assert_problem(too_many, 422, "schema_invalid")["errors"][0]["code"] == "list_too_long"
        assert_problem(await caller.post(PATH, {"queries": []}), 422, "schema_invalid")
        for wrong in (one | {"id_number": "511921198001011234"}, query(None, consent_id)):
            body = assert_problem(await caller.post(PATH, {"queries": [one, wrong]}), 422, "query_needs_one_key")
            assert [error["pointer"] for error in body["errors"]] == ["/queries/1"]
            assert "511921198001011234" not in str(body)
    assert await logged(world, household_id) == []


@pytest.mark.parametrize("what", BODIES)
async def test_both_doors_refuse_a_body_in_the_same_words(world: World, what: str) -> None:
    async with world.as_(bank()) as caller:
        raw, routed = await by_both_doors(caller, BODIES[what])
    assert raw == routed
    assert raw[0] in (400, 422)
    assert "511921198001011234" not in str(raw)


async def test_both_doors_answer_the_same(world: World, town: Town) -> None:
    household_id = await town.household(H1)
    await town.take_over()
    asked = [query(household_id, await town.consent(household_id)), query(new_id(), new_id())]
    async with world.as_(bank()) as caller:
        raw, routed = await by_both_doors(caller, orjson.dumps({"queries": asked}))
        assert raw == routed
        assert raw[0] == 200
        large = await by_both_doors(caller, b'{"queries":"' + b"x" * 2_000_000 + b'"}')
        assert large[0] == large[1]
        assert large[0][0] == 413
        assert_problem(await caller.client.get(PATH), 405, "method_not_allowed")
        asked_with = await caller.client.post(f"{PATH}?a=1", json={"queries": asked})
        assert_problem(asked_with, 400, "parameter_unknown")
    async with world.as_(official("city_official", "5119")) as caller:
        doors = await by_both_doors(caller, orjson.dumps({"queries": asked}))
        assert doors[0] == doors[1]
        assert doors[0][0] == 401
    async with world.as_(other_login("bank")) as caller:
        doors = await by_both_doors(caller, orjson.dumps({"queries": asked}))
        assert [status for status, *_ in doors] == [200, 200]
