"""A household lets a bank see its grade, alone or with a cadre and a witness, and takes it back at once (check S63)."""

from datetime import timedelta

import pytest

from shared.ids import new_id
from tests.credit.world import (
    BANK,
    TODAY,
    Town,
    World,
    assert_problem,
    cadre_login,
    consent_body,
    household_login,
    official,
    pairing,
)

PATH = "/v1/credit/consents"


async def test_a_household_gives_its_consent_by_itself_and_reads_it(world: World, town: Town) -> None:
    household_id = await town.household()
    async with world.as_(household_login(household_id)) as caller:
        given = await caller.post(PATH, consent_body(household_id, fields=["grade"]))
        listed = (await caller.get(PATH, household_id=household_id)).json()["items"]
    assert given.status_code == 201
    body = given.json()
    assert (body["partner_id"], body["purposes"], body["fields"], body["written"]) == (
        *(BANK, ["loan_review"], ["grade"], True),
    )
    assert (body["given_through"], body["withdrawn_at"]) == ("phone", None)
    assert listed == [body]
    audited = await world.rows(
        "SELECT event, facts->>'partner_id' FROM audit_events WHERE subject = $1", str(household_id)
    )
    assert audited == [("consent_given", BANK)]


async def test_one_given_with_help_needs_a_witness(world: World, town: Town) -> None:
    household_id, cadre_id = await town.household(), new_id()
    await world.tell(pairing(household_id, cadre_id))
    for who in (cadre_login(cadre_id), town.official):
        async with world.as_(who) as caller:
            for wrong in ({"witness": None}, {"witness": "王五"}, {"given_through": "assisted"}):
                assert_problem(await caller.post(PATH, consent_body(household_id, **wrong)), 422, "witness_needed")
            helped = consent_body(household_id, given_through="assisted", witness="王五")
            assert (await caller.post(PATH, helped)).status_code == 201


async def test_nobody_consents_for_a_household_that_is_not_his(world: World, town: Town) -> None:
    household_id = await town.household()
    body = consent_body(household_id, given_through="assisted", witness="王五")
    for who in (household_login(new_id()), cadre_login(new_id()), official("village_official", "511922101201")):
        async with world.as_(who) as caller:
            assert_problem(await caller.post(PATH, body), 404, "household_not_found")


@pytest.mark.parametrize(
    ("begin", "days", "good"),
    [(0, 0, True), (10, 1096, True), (0, -1, False), (0, 1097, False)],
)
async def test_a_consent_ends_not_before_it_begins_and_lasts_three_years_at_most(
    world: World, town: Town, begin: int, days: int, good: bool
) -> None:
    household_id = await town.household()
    start = TODAY + timedelta(days=begin)
    dates = {"valid_from": start.isoformat(), "valid_to": (start + timedelta(days=days)).isoformat()}
    async with world.as_(household_login(household_id)) as caller:
        reply = await caller.post(PATH, consent_body(household_id, **dates))
    if good:
        assert reply.status_code == 201
    else:
        assert_problem(reply, 422, "consent_dates_wrong")


async def test_a_consent_without_purpose_or_field_or_with_an_unknown_one_is_refused(world: World, town: Town) -> None:
    household_id = await town.household()
    async with world.as_(household_login(household_id)) as caller:
        empty: list[str] = []
        for wrong in ({"purposes": empty}, {"fields": empty}, {"purposes": ["marketing"]}, {"fields": ["income"]}):
            assert_problem(await caller.post(PATH, consent_body(household_id, **wrong)), 422, "schema_invalid")
        unknown = consent_body(household_id, given_by="city-1")
        assert_problem(await caller.post(PATH, unknown), 400, "field_unknown")


async def test_a_consent_is_withdrawn_once_by_whoever_could_give_it(world: World, town: Town) -> None:
    household_id = await town.household()
    consent_id = await town.consent(household_id)
    path = f"{PATH}/{consent_id}/withdraw"
    for who in (household_login(await town.household()), cadre_login(new_id()), official("county_official", "511922")):
        async with world.as_(who) as caller:
            assert_problem(await caller.post(path), 404, "consent_not_found")
            assert_problem(await caller.post(f"{PATH}/{new_id()}/withdraw"), 404, "consent_not_found")
    async with world.as_(household_login(household_id)) as caller:
        first = (await caller.post(path)).json()
        again = (await caller.post(path)).json()
    assert first["withdrawn_at"]
    assert again == first
    audited = await world.rows("SELECT event FROM audit_events WHERE subject = $1 ORDER BY seq", str(household_id))
    assert audited == [("consent_given",), ("consent_withdrawn",)]


async def test_an_id_that_a_phone_made_is_a_consents_once_whosever_it_is(world: World, town: Town) -> None:
    household_id, other = await town.household(), await town.household()
    consent_id = str(await town.consent(household_id))
    for who in (household_id, other):
        async with world.as_(household_login(who)) as caller:
            again = await caller.post(PATH, consent_body(who, consent_id=consent_id))
            assert_problem(again, 409, "consent_exists")


async def test_the_same_order_to_give_is_one_consent(world: World, town: Town) -> None:
    household_id = await town.household()
    async with world.as_(household_login(household_id)) as caller:
        first = await caller.post(PATH, consent_body(household_id), key="once")
        again = await caller.post(PATH, consent_body(household_id), key="once")
        listed = (await caller.get(PATH, household_id=household_id)).json()["items"]
    assert (again.json(), again.headers["idempotency-replayed"], len(listed)) == (first.json(), "true", 1)
