"""A consent names a bank that may ask, and only the household takes it back."""

import asyncio

from fastapi import FastAPI

from tests.credit.world import Town, World, assert_problem, consent_body, household_login


async def test_a_consent_to_a_bank_that_may_not_ask_is_refused(town: Town) -> None:
    household_id = await town.household()
    async with town.world.as_(household_login(household_id)) as caller:
        reply = await caller.post("/v1/credit/consents", consent_body(household_id, partner_id="bank-nine"))
    assert_problem(reply, 422, "consent_partner_unknown")


async def test_until_the_gateway_has_named_the_banks_nobody_is_told_yes_or_no(world: World, town: Town) -> None:
    household_id = await town.household()
    app: FastAPI = world.app
    known = app.state.partners
    app.state.partners = None
    try:
        async with world.as_(household_login(household_id)) as caller:
            reply = await caller.post("/v1/credit/consents", consent_body(household_id))
    finally:
        app.state.partners = known
    assert_problem(reply, 503, "partners_not_known_yet")
    assert reply.headers["retry-after"] == "2"


async def test_an_official_withdraws_a_consent_only_in_the_presence_of_a_witness(town: Town) -> None:
    household_id = await town.household()
    consent_id = await town.consent(household_id)
    path = f"/v1/credit/consents/{consent_id}/withdraw"
    async with town.world.as_(town.official) as caller:
        assert_problem(await caller.post(path), 422, "withdrawal_witness_needed")
        done = await caller.post(path, {"witness": "王芳"})
    assert done.status_code == 200
    assert done.json()["withdrawn_at"] is not None
    kept = "SELECT facts->>'witness' FROM audit_events WHERE event = 'consent_withdrawn' AND subject = $1"
    assert await town.world.rows(kept, str(household_id)) == [("王芳",)]


async def test_the_household_itself_needs_nobody(town: Town) -> None:
    household_id = await town.household()
    consents = [await town.consent(household_id) for _ in range(2)]
    async with town.world.as_(household_login(household_id)) as caller:
        paths = [f"/v1/credit/consents/{one}/withdraw" for one in consents]
        replies = await asyncio.gather(*(caller.post(path) for path in paths))
    assert [reply.status_code for reply in replies] == [200, 200]
