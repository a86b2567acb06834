"""What banks report of loans stands in the household's file at once: D1–D3, and the veto V2."""

from typing import Any
from uuid import UUID

from tests.builders.worked_cases import H1, H3
from tests.credit.loan_world import disbursed, event, loan_number, repaid, report
from tests.credit.world import OTHER_BANK, Town, World

FACTS = {name: value for name, value in H3.items() if name != "reviews"}


async def file_of(world: World, town: Town, household_id: UUID) -> dict[str, Any]:
    async with world.as_(town.official) as caller:
        reply = await caller.get(f"/v1/credit/households/{household_id}/facts")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def record(file: dict[str, Any]) -> tuple[int | None, int | None, int]:
    facts = file["facts"]
    return facts["worst_days_past_due"], facts["months_since_first_loan"], facts["lenders"]


def overdue(household_id: UUID, number: int, on: str, days: int, balance: int = 10_000_00) -> dict[str, Any]:
    return event(household_id, number, "overdue", on, amount_cents=0, balance_cents=balance, days_past_due=days)


def written_off(household_id: UUID) -> dict[str, Any]:
    money = {"amount_cents": 10_000_00, "balance_cents": 10_000_00, "days_past_due": 60}
    return event(household_id, 2, "written_off", "2026-06-01", **money)


async def test_a_first_loan_replaces_what_was_entered_by_hand_and_keeps_the_version_before(
    world: World, town: Town
) -> None:
    household_id = await town.household(H3)
    await report(world, disbursed(household_id))
    file = await file_of(world, town, household_id)
    assert (record(file), file["version"], file["source"]) == ((0, 10, 1), 2, "bank")
    assert file["facts"] == H3 | {"worst_days_past_due": 0, "months_since_first_loan": 10, "lenders": 1}
    kept = await world.rows("SELECT version, source FROM fact_history WHERE household_id = $1", household_id)
    assert kept == [(1, "test")]


async def test_a_report_that_changes_none_of_the_three_makes_no_new_version(world: World, town: Town) -> None:
    household_id = await town.household(H3)
    first = disbursed(household_id)
    await report(world, first)
    await report(world, first)
    await report(world, repaid(household_id, 2, 1_00, 9_999_00))
    assert (await file_of(world, town, household_id))["version"] == 2


async def test_an_event_that_waits_changes_nothing_until_its_turn_comes(world: World, town: Town) -> None:
    household_id = await town.household(H3)
    await report(world, overdue(household_id, 2, "2026-03-01", 15))
    assert (await file_of(world, town, household_id))["version"] == 1
    await report(world, disbursed(household_id))
    assert record(await file_of(world, town, household_id)) == (15, 10, 1)


async def test_from_the_first_event_on_the_banks_word_counts_whatever_an_official_enters(
    world: World, town: Town
) -> None:
    household_id = await town.household(H1)
    await report(world, disbursed(household_id))
    async with world.as_(town.official) as caller:
        path = f"/v1/credit/households/{household_id}/facts"
        entered = await caller.put(path, FACTS | {"workers": 5, "worst_days_past_due": 40, "lenders": 9}, 2)
    assert entered.status_code == 200, entered.text
    assert (record(entered.json()), entered.json()["facts"]["workers"]) == ((0, 10, 1), 5)
    assert entered.json()["source"] == "official"


async def test_without_reported_loans_the_officials_word_stands(world: World, town: Town) -> None:
    household_id = await town.household(H1)
    async with world.as_(town.official) as caller:
        path = f"/v1/credit/households/{household_id}/facts"
        entered = await caller.put(path, FACTS | {"worst_days_past_due": 40}, 1)
    assert record(entered.json()) == (40, None, 0)


async def test_a_household_without_a_file_is_given_none_and_its_first_file_knows_its_loans(
    world: World, town: Town
) -> None:
    household_id = await town.household(None)
    await report(world, disbursed(household_id))
    async with world.as_(town.official) as caller:
        path = f"/v1/credit/households/{household_id}/facts"
        assert (await caller.get(path)).status_code == 404
        begun = await caller.put(path, FACTS, 0)
    assert record(begun.json()) == (0, 10, 1)


async def test_banks_are_counted_together(world: World, town: Town) -> None:
    household_id = await town.household(H1)
    await report(world, disbursed(household_id), overdue(household_id, 2, "2026-03-01", 15))
    await report(world, disbursed(household_id, 500_00), who=OTHER_BANK)
    assert record(await file_of(world, town, household_id)) == (15, 10, 2)
    settled = event(household_id, 2, "settled", "2026-04-01", amount_cents=500_00, balance_cents=0)
    await report(world, settled, who=OTHER_BANK)
    assert record(await file_of(world, town, household_id)) == (15, 10, 1)


async def test_a_loan_more_than_90_days_past_due_opens_a_veto_once_and_repaying_clears_it(
    world: World, town: Town
) -> None:
    household_id = await town.household(H1)
    await report(world, disbursed(household_id), overdue(household_id, 2, "2026-11-01", 90))
    assert (await file_of(world, town, household_id))["vetoes"] == []
    await report(world, overdue(household_id, 3, "2026-11-02", 91), overdue(household_id, 4, "2026-11-03", 92))
    await report(world, overdue(household_id, 5, "2026-11-04", 93))
    assert (await file_of(world, town, household_id))["vetoes"] == ["V2"]
    kept = "SELECT opened_on::text, cleared_on::text, evidence FROM vetoes WHERE household_id = $1"
    assert await world.rows(kept, household_id) == [
        ("2026-11-02", None, f"银行上报：借款 {loan_number(household_id)} 晚还超过90天")
    ]
    assert await town_band(world, town, household_id) == "vetoed"
    paid = event(household_id, 6, "settled", "2026-11-20", amount_cents=10_000_00, balance_cents=0)
    await report(world, paid)
    assert [row[:2] for row in await world.rows(kept, household_id)] == [("2026-11-02", "2026-11-24")]
    assert (await file_of(world, town, household_id))["vetoes"] == []


async def test_a_loan_written_off_and_unpaid_is_a_veto_also_when_it_was_less_late(world: World, town: Town) -> None:
    household_id = await town.household(H1)
    await report(world, disbursed(household_id), written_off(household_id))
    assert (await file_of(world, town, household_id))["vetoes"] == ["V2"]
    assert record(await file_of(world, town, household_id))[0] == 60


async def test_a_veto_that_an_official_entered_is_not_cleared_by_a_bank(world: World, town: Town) -> None:
    household_id = await town.household(H1, vetoes=["V2"])
    await report(world, disbursed(household_id), repaid(household_id, 2, 10_000_00, 0))
    assert (await file_of(world, town, household_id))["vetoes"] == ["V2"]


async def town_band(world: World, town: Town, household_id: UUID) -> str:
    run_id = await town.score()
    rows = await world.rows("SELECT band FROM scores WHERE run_id = $1 AND household_id = $2", run_id, household_id)
    band: str = rows[0][0]
    return band
