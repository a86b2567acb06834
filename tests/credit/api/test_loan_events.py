"""Banks report what happened to their loans: once is enough, early ones wait, what cannot be is refused by the line."""

import asyncio
from typing import Any

from tests.builders.worked_cases import H1
from tests.credit.loan_world import LOAN_EVENTS, disbursed, event, loan, loan_number, repaid, report, said
from tests.credit.world import OTHER_BANK, Town, World, assert_problem, bank, official


async def test_a_loan_is_followed_from_its_disbursement_on(world: World, town: Town) -> None:
    household_id = await town.household()
    overdue = event(household_id, 3, "overdue", "2026-04-01", amount_cents=0, balance_cents=6_000_00, days_past_due=20)
    results = await report(world, disbursed(household_id), repaid(household_id, 2, 4_000_00, 6_000_00), overdue)
    assert said(results) == [("applied", 2, None), ("applied", 3, None), ("applied", 4, None)]
    assert await loan(world, household_id) == [(10_000_00, 6_000_00, 20, 3)]


async def test_the_same_event_again_changes_nothing_and_another_content_is_a_conflict(world: World, town: Town) -> None:
    household_id = await town.household()
    first = disbursed(household_id)
    assert said(await report(world, first, first)) == [("applied", 2, None), ("repeated", 2, None)]
    assert said(await report(world, first)) == [("repeated", 2, None)]
    differing = await report(world, disbursed(household_id, 10_000_01))
    assert said(differing) == [("refused", None, "loan_event_differs")]
    assert await loan(world, household_id) == [(10_000_00, 10_000_00, 0, 1)]


async def test_an_early_event_waits_and_is_applied_when_its_turn_comes(world: World, town: Town) -> None:
    household_id = await town.household()
    third, second = repaid(household_id, 3, 1_00, 9_998_00), repaid(household_id, 2, 1_00, 9_999_00)
    assert said(await report(world, third, second)) == [("waiting", 1, None), ("waiting", 1, None)]
    assert await loan(world, household_id) == []
    assert said(await report(world, third)) == [("repeated", 1, None)]
    assert said(await report(world, disbursed(household_id))) == [("applied", 4, None)]
    assert await loan(world, household_id) == [(10_000_00, 9_998_00, 0, 3)]
    waiting = await world.rows("SELECT count(*) FROM loan_events WHERE household_id = $1 AND NOT applied", household_id)
    assert waiting == [(0,)]


async def test_one_that_waited_and_does_not_fit_has_to_come_again_and_the_bank_sees_it(
    world: World, town: Town
) -> None:
    household_id = await town.household()
    await report(world, repaid(household_id, 2, 1_00, 5_000_00))
    assert said(await report(world, disbursed(household_id))) == [("applied", 2, None)]
    assert said(await report(world, repaid(household_id, 2, 1_00, 9_999_00))) == [("applied", 3, None)]


async def test_a_refused_line_writes_nothing_and_leaves_the_others(world: World, town: Town) -> None:
    household_id, other = await town.household(), await town.household()
    results = await report(
        world,
        disbursed(household_id),
        repaid(household_id, 2, 1_00, 1_00),
        event(household_id, 3, "overdue", "2199-01-01", amount_cents=0, balance_cents=1),
        disbursed(other),
    )
    assert [one["status"] for one in results] == ["applied", "refused", "refused", "applied"]
    assert [one["code"] for one in results] == [None, "loan_event_balance_differs", "loan_event_in_future", None]
    assert all(one["message"] for one in results if one["status"] == "refused")
    assert await loan(world, household_id) == [(10_000_00, 10_000_00, 0, 1)]
    kept = await world.rows("SELECT event_number FROM loan_events WHERE household_id = $1", household_id)
    assert kept == [(1,)]


async def test_banks_do_not_meet_in_their_loan_numbers(world: World, town: Town) -> None:
    household_id = await town.household()
    assert said(await report(world, disbursed(household_id))) == [("applied", 2, None)]
    assert said(await report(world, disbursed(household_id, 5_000_00), who=OTHER_BANK)) == [("applied", 2, None)]
    assert len(await loan(world, household_id)) == 2


async def test_the_same_event_from_many_connections_at_once_is_applied_once(world: World, town: Town) -> None:
    people = [await town.household() for _ in range(3)]
    events = [disbursed(one) for one in people]
    answers = await asyncio.gather(*(report(world, *events[turn % 3 :], *events[: turn % 3]) for turn in range(8)))
    statuses = sorted(line["status"] for lines in answers for line in lines)
    assert statuses == ["applied"] * 3 + ["repeated"] * 21
    assert [len(await loan(world, one)) for one in people] == [1, 1, 1]


async def test_loans_decide_whether_a_village_may_be_a_credit_village(world: World, town: Town) -> None:
    people = await town.households(30, H1)
    await town.take_over()
    await report(world, *(disbursed(one) for one in people[:10]))

    async def verdict() -> tuple[bool, dict[str, Any]]:
        async with world.as_(town.official) as caller:
            body = (await caller.get(f"/v1/credit/villages/{town.village}/grade")).json()
        return body["verdict"], {one["name"]: (one["numerator"], one["result"]) for one in body["tests"]}

    assert (await verdict())[0]
    late = [
        event(one, 2, "overdue", "2026-11-01", amount_cents=0, balance_cents=10_000_00, days_past_due=days)
        for one, days in zip(people[:2], (30, 91), strict=True)
    ]
    await report(world, *late)
    title, tests = await verdict()
    assert not title
    assert (tests["on_time"], tests["npl_of_balance"], tests["new_npl"]) == (
        *((8, "fail"), (10_000_00, "fail"), (10_000_00, "fail")),
    )
    good = [repaid(one, 3, 10_000_00, 0) | {"on": "2026-11-20"} for one in people[:2]]
    await report(world, *good)
    title, tests = await verdict()
    assert (title, tests["on_time"][1]) == (False, "not_measurable")
    async with world.as_(town.official) as caller:
        summary = (await caller.get("/v1/credit/summary", region=town.code)).json()
    assert (summary["loans"], summary["loan_amount_cents"]) == (10, 100_000_00)


async def test_a_report_that_is_not_of_the_schema_is_refused_whole(world: World, town: Town) -> None:
    good = disbursed(await town.household())
    async with world.as_(bank()) as caller:
        for wrong in (
            {"event_number": 0},
            {"event_number": "1"},
            {"amount_cents": -1},
            {"amount_cents": 10**13},
            {"balance_cents": 1.5},
            {"days_past_due": 2**31},
            {"kind": "forgiven"},
            {"on": "2026-02-30"},
            {"loan_number": ""},
            {"loan_number": "L\n1"},
        ):
            body = assert_problem(await caller.post(LOAN_EVENTS, {"events": [good | wrong]}), 422, "schema_invalid")
            assert [one["pointer"] for one in body["errors"]] == [f"/events/0/{next(iter(wrong))}"]
        assert_problem(await caller.post(LOAN_EVENTS, {"events": [good] * 201}), 422, "schema_invalid")
        both = await caller.post(LOAN_EVENTS, {"events": [good, good | {"id_number": "511921198001011234"}]})
        assert assert_problem(both, 422, "query_needs_one_key")["errors"][0]["pointer"] == "/events/1"
        assert "511921198001011234" not in both.text
    async with world.as_(official("city_official", "5119")) as caller:
        assert_problem(await caller.post(LOAN_EVENTS, {"events": [good]}), 401, "token_invalid")


async def test_the_same_report_again_by_its_key_is_answered_from_memory(world: World, town: Town) -> None:
    body = {"events": [disbursed(await town.household())]}
    async with world.as_(bank()) as caller:
        first = await caller.post(LOAN_EVENTS, body, key="one-report")
        again = await caller.post(LOAN_EVENTS, body, key="one-report")
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")


async def test_one_loan_is_not_two_households(world: World, town: Town) -> None:
    borrower, other = await town.households(2)
    same: dict[str, Any] = {"loan_number": loan_number(borrower)}
    assert said(await report(world, disbursed(borrower), disbursed(other, **same))) == [
        ("applied", 2, None),
        ("refused", None, "loan_of_another_household"),
    ]
    assert said(await report(world, repaid(other, 2, 1_00, 1_00, **same), repaid(borrower, 2, 1_00, 9_999_00))) == [
        ("refused", None, "loan_of_another_household"),
        ("applied", 3, None),
    ]
    assert await loan(world, other) == []


async def test_a_loan_whose_first_event_still_waits_is_that_households_too(world: World, town: Town) -> None:
    borrower, other = await town.households(2)
    await report(world, repaid(borrower, 2, 1_00, 9_999_00))
    refused = await report(world, disbursed(other, loan_number=loan_number(borrower)))
    assert said(refused) == [("refused", None, "loan_of_another_household")]


async def test_of_two_households_named_for_one_loan_at_once_one_is_the_borrower(world: World, town: Town) -> None:
    people = await town.households(8)
    same: dict[str, Any] = {"loan_number": f"L-race-{people[0]}"}
    answers = await asyncio.gather(*(report(world, disbursed(one, **same)) for one in people))
    assert sorted(lines[0]["status"] for lines in answers) == ["applied", *["refused"] * 7]
    assert await world.rows("SELECT count(*) FROM loans WHERE loan_number = $1", same["loan_number"]) == [(1,)]
