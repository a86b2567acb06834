"""What banks report of loans, and how the service answers, for the tests."""

from typing import Any
from uuid import UUID

from tests.credit.world import BANK, World, bank

LOAN_EVENTS = "/v1/partner/loan-events"


def loan_number(household_id: UUID | None) -> str:
    """Every household's own, because a bank gives no number twice."""
    return f"L-{str(household_id)[-12:]}"


def event(household_id: UUID | None, number: int, kind: str, on: str, **given: Any) -> dict[str, Any]:
    key = {} if household_id is None else {"household_id": str(household_id)}
    return {**key, "loan_number": loan_number(household_id), "event_number": number, "kind": kind, "on": on, **given}


def disbursed(household_id: UUID | None, cents: int = 10_000_00, **given: Any) -> dict[str, Any]:
    money = {"amount_cents": cents, "balance_cents": cents, "product": "P2"}
    return event(household_id, 1, "disbursed", "2026-01-05", **money, **given)


def repaid(household_id: UUID, number: int, cents: int, balance: int, **given: Any) -> dict[str, Any]:
    return event(
        household_id, number, "repaid", f"2026-0{number}-10", amount_cents=cents, balance_cents=balance, **given
    )


async def agree(world: World, *household_ids: UUID, to: str = BANK) -> None:
    """These households agreed long ago that the bank may hold their loans; an unknown one agrees to nothing."""
    await world.rows(
        "INSERT INTO consents (household_id, consent_id, partner_id, purposes, fields, valid_from, valid_to, written,"
        " given_by, given_through) SELECT household_id, gen_random_uuid(), $2, '{post_loan}', '{grade}', '2015-01-01',"
        " '2099-01-01', false, 'test', 'phone' FROM directory WHERE household_id = ANY ($1) AND NOT EXISTS"
        " (SELECT 1 FROM consents AS c WHERE c.household_id = directory.household_id AND c.partner_id = $2)"
        " RETURNING 1",
        list(household_ids),
        to,
    )


async def report(world: World, *events: dict[str, Any], who: str = BANK) -> list[dict[str, Any]]:
    """Of households that agreed to it."""
    await agree(world, *(UUID(one["household_id"]) for one in events if "household_id" in one), to=who)
    return await report_without_consent(world, *events, who=who)


async def report_without_consent(world: World, *events: dict[str, Any], who: str = BANK) -> list[dict[str, Any]]:
    async with world.as_(bank(who)) as caller:
        reply = await caller.post(LOAN_EVENTS, {"events": events})
    assert reply.status_code == 200, reply.text
    results: list[dict[str, Any]] = reply.json()["results"]
    return results


def said(results: list[dict[str, Any]]) -> list[tuple[str, int | None, str | None]]:
    return [(one["status"], one["next_event"], one["code"]) for one in results]


async def loan(world: World, household_id: UUID) -> list[Any]:
    statement = (
        "SELECT principal_cents, balance_cents, days_past_due, last_event FROM loans WHERE household_id = $1 ORDER BY 4"
    )
    return await world.rows(statement, household_id)
