"""What a bank asks of grades, and what it reads."""

from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.credit.world import BANK, World, bank

PATH = "/v1/partner/grades/query"


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


async def refusal(world: World, *queries: dict[str, Any], who: str = BANK) -> bytes:
    async with world.as_(bank(who)) as caller:
        return (await caller.post(PATH, {"queries": queries})).content


async def logged(world: World, household_id: UUID) -> list[tuple[str, str, str]]:
    statement = "SELECT partner_id, purpose, status FROM query_log WHERE household_id = $1 ORDER BY query_id"
    return await world.rows(statement, household_id)


async def nobody(world: World) -> bytes:
    """The answer about a household that is not there."""
    return await refusal(world, query(new_id(), new_id()))
