"""A bank asks for grades: answered by the household's consent, refused without telling why, always in the log."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from structlog.testing import capture_logs

from shared.ids import new_id
from tests.builders.worked_cases import H1, H3
from tests.credit.world import (
    BANK,
    OTHER_BANK,
    TODAY,
    Caller,
    Town,
    World,
    assert_problem,
    bank,
    household_login,
    official,
    other_login,
)

PATH = "/v1/partner/grades/query"
CARD = "rural-household@1"


def query(household_id: UUID | None, consent_id: UUID, **given: Any) -> dict[str, Any]:
    key = {} if household_id is None else {"household_id": str(household_id)}
    return {**key, "consent_id": str(consent_id), "purpose": "loan_review", "reference": "r-1", **given}


async def ask(world: World, *queries: dict[str, Any], who: str = BANK) -> list[dict[str, Any]]:
    async with world.as_(bank(who)) as caller:
        reply = await caller.post(PATH, {"queries": queries})
    assert reply.status_code == 200, reply.text
    assert reply.headers["cache-control"] == "no-store"
    results: list[dict[str, Any]] = reply.json()["results"]
    return results


async def logged(world: World, household_id: UUID) -> list[tuple[str, str, str]]:
    statement = "SELECT partner_id, purpose, status FROM query_log WHERE household_id = $1 ORDER BY query_id"
    return await world.rows(statement, household_id)


async def test_a_bank_with_consent_reads_grade_validity_and_reasons(world: World, town: Town) -> None:
    household_id = await town.household(H3)
    await town.take_over()
    consent_id = await town.consent(household_id)
    assert await ask(world, query(household_id, consent_id)) == [
        {
            "reference": "r-1",
            "status": "ok",
            "code": None,
            "grade": "A",
            "valid_until": "2028-11-24",
            "reasons": [f"{CARD}/{one}" for one in ("D1/no_record", "A2/none", "B1/b2", "C2/b3")],
            "card_version": CARD,
            "as_of": "2026-11-24",
            "objection": False,
            "statements": [],
        }
    ]
    assert await logged(world, household_id) == [(BANK, "loan_review", "ok")]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (["grade"], {"grade": "AAA", "valid_until": None, "reasons": []}),
        (["validity"], {"grade": None, "valid_until": "2028-11-24", "reasons": []}),
        (["reasons"], {"grade": None, "valid_until": None}),
    ],
)
async def test_only_what_the_consent_covers_is_told(
    world: World, town: Town, fields: list[str], told: dict[str, Any]
) -> None:
    household_id = await town.household(H1)
    await town.take_over()
    answered = (await ask(world, query(household_id, await town.consent(household_id, fields=fields))))[0]
    assert answered["status"] == "ok"
    assert {name: answered[name] for name in told} == told
    assert bool(answered["reasons"]) == ("reasons" in fields)


async def test_a_vetoed_an_unrated_and_an_ungraded_household_read_none_and_an_expired_grade_too(
    world: World, town: Town
) -> None:
    vetoed, unrated = await town.household(H1, vetoes=["V1"]), await town.household(H1 | {"reviews": [9]})
    good = await town.household(H1)
    await town.take_over()
    late = await town.household(H1)
    people = (vetoed, unrated, late)
    for household_id in people:
        consent_id = await town.consent(household_id, fields=["grade", "validity"])
        answered = (await ask(world, query(household_id, consent_id)))[0]
        assert (answered["status"], answered["grade"]) == ("ok", "none")
    last, after = TODAY.replace(year=2028), TODAY.replace(year=2028) + timedelta(days=1)
    consent_id = await town.consent(good, valid_from="2028-11-01", valid_to="2028-12-01")
    for day, grade in ((last, "AAA"), (after, "none")):
        world.set_day(day)
        assert (await ask(world, query(good, consent_id)))[0]["grade"] == grade


# (how the query differs, whether it is logged under the household)
Refused = Callable[[dict[str, Any]], dict[str, Any]]
DIFFERENT: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "another bank's": ({"partner_id": OTHER_BANK}, {}, BANK),
    "asked by another bank": ({}, {}, OTHER_BANK),
    "for another purpose": ({"purposes": ["post_loan"]}, {}, BANK),
    "expired yesterday": ({"valid_from": "2026-11-01", "valid_to": "2026-11-23"}, {}, BANK),
    "not begun": ({"valid_from": "2026-11-25"}, {}, BANK),
    "no such consent": ({}, {"consent_id": "01890000-0000-7000-8000-000000000000"}, BANK),
}


async def refusal(world: World, *queries: dict[str, Any], who: str = BANK) -> bytes:
    async with world.as_(bank(who)) as caller:
        return (await caller.post(PATH, {"queries": queries})).content


async def nobody(world: World) -> bytes:
    """The answer about a household that is not there."""
    return await refusal(world, query(new_id(), new_id()))


@pytest.mark.parametrize("how", DIFFERENT)
async def test_every_refusal_reads_like_that_of_a_household_that_is_not_there_and_is_logged(
    world: World, town: Town, how: str
) -> None:
    consented, asked, who = DIFFERENT[how]
    household_id = await town.household(H1)
    await town.take_over()
    consent_id = await town.consent(household_id, **consented)
    refused = await refusal(world, query(household_id, consent_id) | asked, who=who)
    assert refused == await nobody(world)
    assert orjson.loads(refused)["results"][0]["code"] == "consent_invalid"
    assert await logged(world, household_id) == [(who, "loan_review", "refused")]


async def test_a_consent_of_another_household_is_none(world: World, town: Town) -> None:
    household_id, other = await town.household(H1), await town.household(H1)
    await town.take_over()
    refused = await refusal(world, query(household_id, await town.consent(other)))
    assert refused == await nobody(world)


async def test_a_withdrawn_consent_is_none_from_the_next_query_on(world: World, town: Town) -> None:
    household_id = await town.household(H1)
    await town.take_over()
    consent_id = await town.consent(household_id)
    assert (await ask(world, query(household_id, consent_id)))[0]["status"] == "ok"
    async with world.as_(household_login(household_id)) as caller:
        await caller.post(f"/v1/credit/consents/{consent_id}/withdraw")
    assert await refusal(world, query(household_id, consent_id)) == await nobody(world)
    assert [status for _, _, status in await logged(world, household_id)] == ["ok", "refused"]


async def test_the_household_reads_which_bank_asked_on_what_day_also_when_it_was_refused(
    world: World, town: Town
) -> None:
    household_id = await town.household(H1)
    await town.take_over()
    await ask(world, query(household_id, await town.consent(household_id)), query(household_id, new_id()))
    async with world.as_(household_login(household_id)) as caller:
        items = (await caller.get(f"/v1/credit/households/{household_id}/queries")).json()["items"]
    texts = sorted(one["text"].partition("日查询")[2] for one in items)
    assert texts == ["（贷款审查），已答复。", "（贷款审查），未答复（没有有效授权）。"]
    assert {one["who"] for one in items} == {"示范银行"}


async def test_an_id_number_of_head_or_spouse_leads_to_the_household_in_whatever_form_it_is_written(
    world: World, town: Town
) -> None:
    household_id = await town.household(H1, id_number="51192119800101123X")
    await town.take_over()
    consent_id = await town.consent(household_id)
    for written in (
        "51192119800101123X",
        "51192119800101123x",
        "５１１９２１１９８００１０１１２３Ｘ",
        "511921 19800101 123X",
    ):
        assert (await ask(world, query(None, consent_id, id_number=written)))[0]["grade"] == "AAA"
    unknown = await refusal(world, query(None, consent_id, id_number="511921198001011248"))
    assert unknown == await nobody(world)
    assert [status for _, _, status in await logged(world, household_id)] == ["ok"] * 4
    dumped = await world.rows("SELECT string_agg(to_jsonb(q)::text, '') FROM query_log q")
    assert "511921198001011248" not in dumped[0][0]


async def test_an_unknown_number_is_logged_under_nobody(world: World) -> None:
    reference = str(new_id())
    await ask(world, query(None, new_id(), id_number="511921198001011256", reference=reference))
    found = await world.rows("SELECT household_id, status FROM query_log WHERE reference = $1", reference)
    assert found == [(UUID(int=0), "refused")]


async def test_a_thousand_at_once_are_answered_line_by_line_in_their_order(world: World, town: Town) -> None:
    people = await town.households(4, H1)
    await town.take_over()
    consents = [await town.consent(one) for one in people[:2]] + [new_id(), new_id()]
    queries = [query(people[i % 4], consents[i % 4], reference=f"r-{i}") for i in range(1000)]
    results = await ask(world, *queries)
    assert [one["reference"] for one in results] == [f"r-{i}" for i in range(1000)]
    assert [one["status"] for one in results[:4]] == ["ok", "ok", "refused", "refused"]
    assert [one["status"] for one in results] == ["ok", "ok", "refused", "refused"] * 250
    assert len(await logged(world, people[3])) == 250


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


async def test_what_cannot_be_logged_is_not_answered(world: World, town: Town) -> None:
    household_id = await town.household(H1)
    await town.take_over()
    asked = query(household_id, await town.consent(household_id))
    statement = f"ALTER TABLE query_log ADD CONSTRAINT no_more CHECK (household_id <> '{household_id}') NOT VALID"
    async with world.owner_transaction() as connection:
        await connection.exec_driver_sql(statement)
    try:
        async with world.as_(bank()) as caller:
            for queries in ([asked], [asked] * 2):
                with capture_logs() as logs:
                    reply = await caller.post(PATH, {"queries": queries})
                assert [line["event"] for line in logs] == ["unexpected_error"]
                assert_problem(reply, 500, "internal_error")
                assert "AAA" not in reply.text
    finally:
        async with world.owner_transaction() as connection:
            await connection.exec_driver_sql("ALTER TABLE query_log DROP CONSTRAINT no_more")


async def test_queries_at_once_each_get_their_own_answer(world: World, town: Town) -> None:
    people = [*await town.households(5, H1), *await town.households(5, H3)]
    await town.take_over()
    consents = [await town.consent(one) for one in people]
    async with world.as_(bank()) as caller:
        replies = await asyncio.gather(
            *(
                caller.post(PATH, {"queries": [query(people[i % 10], consents[i % 10], reference=f"r-{i}")]})
                for i in range(60)
            )
        )
    answers = [(one["reference"], one["grade"]) for reply in replies for one in reply.json()["results"]]
    assert answers == [(f"r-{i}", "AAA" if i % 10 < 5 else "A") for i in range(60)]


async def test_a_bank_reads_its_own_queries_of_a_day_and_no_others(world: World, town: Town) -> None:
    household_id = await town.household(H1)
    mine, others = f"bank-{new_id()}", f"bank-{new_id()}"
    for i in range(5):
        await ask(world, query(household_id, new_id(), reference=f"mine-{i}"), who=mine)
    await ask(world, query(household_id, new_id(), reference="others"), who=others)
    at: Any = (await world.rows("SELECT max(at) FROM query_log"))[0][0]
    day = (at + timedelta(hours=8)).date()
    async with world.as_(bank(mine)) as caller:
        read, page = [], (await caller.get("/v1/partner/query-log", day=day, limit=2)).json()
        while page["has_more"]:
            read += page["items"]
            after = {"day": day, "limit": 2, "cursor": page["next_cursor"]}
            page = (await caller.get("/v1/partner/query-log", **after)).json()
        read += page["items"]
        assert [one["reference"] for one in read] == [f"mine-{i}" for i in range(5)]
        assert {(one["purpose"], one["status"]) for one in read} == {("loan_review", "refused")}
        yesterday = (await caller.get("/v1/partner/query-log", day=day - timedelta(days=1))).json()
        assert yesterday == {"items": [], "next_cursor": None, "has_more": False}
        assert_problem(await caller.get("/v1/partner/query-log"), 422, "schema_invalid")
        forged = {"day": day, "cursor": page["next_cursor"] or "AAAA"}
        assert_problem(await caller.get("/v1/partner/query-log", **forged), 400, "cursor_unreadable")
    async with world.as_(bank(others)) as caller:
        items = (await caller.get("/v1/partner/query-log", day=day)).json()["items"]
        assert [one["reference"] for one in items] == ["others"]
    async with world.as_(town.official) as caller:
        assert_problem(await caller.get("/v1/partner/query-log", day=day), 401, "token_invalid")
