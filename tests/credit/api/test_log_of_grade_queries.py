"""Every query is in the log, which the household reads, and the bank as far as it is its own."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from structlog.testing import capture_logs

from shared.ids import new_id
from tests.builders.worked_cases import H1
from tests.credit.bank_queries import PATH, ask, query
from tests.credit.world import Town, World, assert_problem, bank, household_login


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


async def test_an_unknown_number_is_logged_under_nobody(world: World) -> None:
    reference = str(new_id())
    await ask(world, query(None, new_id(), id_number="511921198001011256", reference=reference))
    found = await world.rows("SELECT household_id, status FROM query_log WHERE reference = $1", reference)
    assert found == [(UUID(int=0), "refused")]


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
