"""Of whom a bank may report loans, and what it learns of somebody who did not agree: nothing."""

from typing import Any

from shared.ids import new_id
from tests.builders.worked_cases import H1
from tests.credit.loan_world import agree, disbursed, event, loan, repaid, report, report_without_consent, said
from tests.credit.world import Town, World, household_login


async def test_a_bank_learns_nothing_of_a_household_that_did_not_agree_and_does_not_borrow(
    world: World, town: Town
) -> None:
    number = "51192119800101121X"
    household_id = await town.household(H1, id_number=number)
    same: dict[str, Any] = {"loan_number": "L-unasked"}
    early = event(None, 2, "repaid", "2026-02-05", amount_cents=1, balance_cents=1, **same)
    known = await report_without_consent(world, {**early, "id_number": number}, disbursed(household_id, **same))
    strangers = {**early, "id_number": "511921198001011391"}, disbursed(new_id(), **same)
    assert known == await report_without_consent(world, *strangers)
    assert {one["code"] for one in known} == {"borrower_unknown"}
    assert await world.rows("SELECT 1 FROM loan_events WHERE household_id = $1", household_id) == []


async def test_a_household_sees_that_a_bank_reported_of_it_also_when_that_was_refused(world: World, town: Town) -> None:
    household_id = await town.household()
    await report_without_consent(world, disbursed(household_id), repaid(household_id, 2, 1, 1))
    await report(world, disbursed(household_id))
    async with world.as_(household_login(household_id)) as caller:
        looks = (await caller.get(f"/v1/credit/households/{household_id}/queries")).json()["items"]
    assert [(one["who"], one["what"]) for one in looks] == [("示范银行", "loan_events")] * 2
    assert "查看了您的借款登记" in looks[0]["text"]


async def test_with_its_consent_withdrawn_a_loan_is_reported_on_and_no_new_borrower_is(
    world: World, town: Town
) -> None:
    borrower, other = await town.households(2)
    await report(world, disbursed(borrower), disbursed(other))
    ended = "UPDATE consents SET withdrawn_at = now() WHERE household_id = ANY ($1) RETURNING 1"
    await world.rows(ended, [borrower, other])
    await world.rows(
        "WITH gone AS (DELETE FROM loans WHERE household_id = $1) DELETE FROM loan_events"
        " WHERE household_id = $1 RETURNING 1",
        other,
    )
    results = await report_without_consent(world, repaid(borrower, 2, 1_00, 9_999_00), disbursed(other))
    assert said(results) == [("applied", 3, None), ("refused", None, "borrower_unknown")]


async def test_a_borrower_is_named_by_id_or_number_and_an_unknown_one_reads_the_same_either_way(
    world: World, town: Town
) -> None:
    household_id = await town.household(H1, id_number="51192119790101123X")
    await agree(world, household_id)
    assert said(await report(world, disbursed(None, id_number="51192119790101123x"))) == [("applied", 2, None)]
    assert len(await loan(world, household_id)) == 1
    same: dict[str, Any] = {"loan_number": "L-9"}
    unknown = await report(world, disbursed(new_id(), **same), disbursed(None, id_number="511921197901011256", **same))
    assert said(unknown) == [("refused", None, "borrower_unknown")] * 2
    assert unknown[0] == unknown[1]


async def test_an_event_that_can_be_of_no_loan_does_not_tell_whether_the_borrower_is_known(
    world: World, town: Town
) -> None:
    household_id = await town.household()
    for code, wrong in (
        ("not_disbursed_first", event(household_id, 1, "repaid", "2026-01-05", amount_cents=1, balance_cents=1)),
        (
            "disbursed_later",
            event(household_id, 2, "disbursed", "2026-01-05", amount_cents=1, balance_cents=1, product="P2"),
        ),
        ("in_future", event(household_id, 2, "repaid", "2199-01-05", amount_cents=1, balance_cents=1)),
    ):
        known, unknown = await report(world, wrong, wrong | {"household_id": str(new_id())})
        assert known == unknown
        assert known["code"] == f"loan_event_{code}"
