"""A bank that may not know is refused without being told why: every refusal reads like that of nobody."""

from typing import Any

import orjson
import pytest

from tests.builders.worked_cases import H1
from tests.credit.bank_queries import ask, logged, nobody, query, refusal
from tests.credit.world import BANK, OTHER_BANK, Town, World, household_login

# How the consent differs, how the query, and who asks.
DIFFERENT: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "another bank's": ({"partner_id": OTHER_BANK}, {}, BANK),
    "asked by another bank": ({}, {}, OTHER_BANK),
    "for another purpose": ({"purposes": ["post_loan"]}, {}, BANK),
    "expired yesterday": ({"valid_from": "2026-11-01", "valid_to": "2026-11-23"}, {}, BANK),
    "not begun": ({"valid_from": "2026-11-25"}, {}, BANK),
    "no such consent": ({}, {"consent_id": "01890000-0000-7000-8000-000000000000"}, BANK),
}


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
