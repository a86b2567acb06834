"""What visits find of a loan's use reaches official, household and consented bank, once, and moves no score."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.credit.use_cases.delete_old_negative_facts import forget_old_follow_ups
from shared.change_log import Change
from shared.ids import new_id
from tests.builders.worked_cases import H1
from tests.credit.world import (
    BANK,
    OTHER_BANK,
    Town,
    World,
    assert_problem,
    bank,
    cadre_login,
    household_login,
    official,
    pairing,
    use_of_money,
)

SETTLED = {"outcome": "confirmed", "note": "贷款买了摩托车", "told_by": "visit", "version": 1}


async def waiting(town: Town, **asked: Any) -> list[dict[str, Any]]:
    async with town.world.as_(town.official) as desk:
        reply = await desk.get("/v1/credit/use-of-money", region=town.code, **asked)
    assert reply.status_code == 200, reply.text
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


async def told_to(world: World, partner: str = BANK) -> list[tuple[str, str]]:
    async with world.as_(bank(partner)) as caller:
        reply = await caller.get("/v1/partner/use-of-money", limit=100)
    assert reply.status_code == 200, reply.text
    return [(one["household_id"], one["state"]) for one in reply.json()["items"]]


async def borrower(town: Town, **consent: Any) -> UUID:
    household_id = await town.household(H1)
    await town.loans([(household_id, {})])
    given = {"purposes": ["post_loan"], "fields": ["use_of_money"]} | consent
    await town.consent(household_id, **given)
    return household_id


async def test_told_again_or_read_from_zero_it_is_one_and_what_was_settled_stays(world: World, town: Town) -> None:
    household_id = await borrower(town)
    said = use_of_money(household_id, town.village, as_agreed=False)
    await world.tell(said)
    await world.tell(said, said)
    (one,) = await waiting(town, state="open")
    async with world.as_(town.official) as desk:
        path = f"/v1/credit/use-of-money/{one['finding_id']}/settle"
        assert_problem(await desk.post(path, {**SETTLED, "version": None}), 428, "version_missing")
        assert_problem(await desk.post(path, {**SETTLED, "told_by": None}), 409, "use_of_money_untold")
        done = await desk.post(path, SETTLED)
        assert (done.status_code, done.json()["state"], done.headers["etag"]) == (200, "confirmed", '"v2"')
        assert_problem(await desk.post(path, SETTLED), 412, "use_of_money_version_stale")
        assert_problem(await desk.post(path, {**SETTLED, "version": 2}), 409, "use_of_money_settled")
    await world.tell(said)
    assert [(x["state"], x["note"]) for x in await waiting(town)] == [("confirmed", "贷款买了摩托车")]


async def test_of_two_who_settle_at_once_one_does(world: World, town: Town) -> None:
    household_id = await borrower(town)
    await world.tell(use_of_money(household_id, town.village, as_agreed=False))
    (one,) = await waiting(town)
    async with world.as_(town.official) as desk:
        path = f"/v1/credit/use-of-money/{one['finding_id']}/settle"
        explained = {"outcome": "explained", "note": "牛病死了", "version": 1}
        both = await asyncio.gather(desk.post(path, SETTLED), desk.post(path, explained), desk.post(path, SETTLED))
    assert sorted(reply.status_code for reply in both) == [200, 412, 412]


async def test_one_of_a_void_visit_is_withdrawn_and_stays_so(world: World, town: Town) -> None:
    household_id, key = await borrower(town), new_id()
    said = use_of_money(household_id, town.village, as_agreed=True, key=key)
    void = Change("use_of_money_withdrawn", str(key), {"household_id": str(household_id)})
    await world.tell(said, void)
    await world.tell(said)
    assert [one["state"] for one in await waiting(town)] == ["withdrawn"]
    assert (str(household_id), "withdrawn") not in await told_to(world)


async def test_its_bank_reads_it_with_consent_once_it_is_settled_and_the_household_sees_that(
    world: World, town: Town
) -> None:
    agreed, against = await borrower(town), await borrower(town)
    without = await borrower(town, purposes=["loan_review"])
    other_field = await borrower(town, fields=["grade"])
    of_other_bank = await borrower(town, partner_id=OTHER_BANK)
    everyone = (agreed, against, without, other_field, of_other_bank)
    for one in everyone:
        await world.tell(use_of_money(one, town.village, as_agreed=one != against))
    own = {str(one) for one in everyone}
    assert [x for x in await told_to(world) if x[0] in own] == [(str(agreed), "as_agreed")], "not an open one"
    (open_,) = await waiting(town, state="open")
    async with world.as_(town.official) as desk:
        await desk.post(f"/v1/credit/use-of-money/{open_['finding_id']}/settle", SETTLED)
    shown = sorted(x for x in await told_to(world) if x[0] in own)
    assert shown == sorted([(str(agreed), "as_agreed"), (str(against), "confirmed")])
    assert [x for x in await told_to(world, OTHER_BANK) if x[0] in own] == [], "it lent nothing"
    async with world.as_(household_login(against)) as person:
        looks = (await person.get(f"/v1/credit/households/{against}/queries")).json()["items"]
        assert [(x["kind"], x["what"], x["reference"]) for x in looks] == [("bank_query", "post_loan", "use-of-money")]
        report = (await person.get(f"/v1/credit/households/{against}/report")).json()
        assert [x["state"] for x in report["use_of_money"]] == ["confirmed"]


async def test_a_loan_of_another_number_or_of_later_is_not_concerned(world: World, town: Town) -> None:
    later, numbered = await borrower(town), await borrower(town)
    await world.tell(
        use_of_money(later, town.village, as_agreed=True, visited_on="2026-01-04"),
        use_of_money(numbered, town.village, as_agreed=True, loan_number="no-such-loan"),
    )
    assert not {str(later), str(numbered)} & {household for household, _ in await told_to(world)}


async def test_household_and_helper_see_it_others_do_not(world: World, town: Town) -> None:
    household_id, helper = await borrower(town), new_id()
    await world.tell(pairing(household_id, helper), use_of_money(household_id, town.village, as_agreed=False))
    path = f"/v1/credit/households/{household_id}/use-of-money"
    for who in (household_login(household_id), cadre_login(helper), town.official):
        async with world.as_(who) as caller:
            assert [one["state"] for one in (await caller.get(path)).json()["items"]] == ["open"]
    stranger = official("township_official", "511922100")
    (one,) = await waiting(town)
    async with world.as_(stranger) as caller:
        assert_problem(await caller.get(path), 404, "household_not_found")
        refused = await caller.post(f"/v1/credit/use-of-money/{one['finding_id']}/settle", SETTLED)
        assert_problem(refused, 404, "use_of_money_not_found")
        assert_problem(await caller.get("/v1/credit/use-of-money", region=town.code), 403, "outside_scope")


async def test_it_moves_no_score_whatever_was_found(world: World, town: Town) -> None:
    household_id = await borrower(town)
    await town.take_over()
    path = f"/v1/credit/households/{household_id}/explanation"
    async with world.as_(household_login(household_id)) as person:
        before = (await person.get(path)).content
        await world.tell(use_of_money(household_id, town.village, as_agreed=False))
        (one,) = await waiting(town)
        async with world.as_(town.official) as desk:
            done = await desk.post(f"/v1/credit/use-of-money/{one['finding_id']}/settle", SETTLED)
            assert done.status_code == 200
        assert (await person.get(path)).content == before
    first = await town.score()
    again = await world.rows("SELECT trace_sha256, total, band FROM scores WHERE household_id = $1", household_id)
    assert len(set(again)) == 1, f"the same in run {first} as before"


async def test_the_list_goes_on_where_the_page_ended(world: World, town: Town) -> None:
    days = [date(2026, 10, 1) + timedelta(days=day) for day in range(5)]
    for day in days:
        household_id = await town.household(None)
        await world.tell(use_of_money(household_id, town.village, as_agreed=False, visited_on=str(day)))
    async with world.as_(town.official) as desk:
        seen: list[str] = []
        more: dict[str, str] = {}
        while more or not seen:
            page = (await desk.get("/v1/credit/use-of-money", region=town.code, limit=2, **more)).json()
            seen += [one["visited_on"] for one in page["items"]]
            more = {"cursor": page["next_cursor"]} if page["has_more"] else {}
    assert seen == [str(day) for day in days]


async def test_what_is_older_than_the_policy_keeps_is_gone(world: World, town: Town) -> None:
    household_id = await town.household(None)
    for day in ("2020-02-29", "2020-03-01"):
        await world.tell(use_of_money(household_id, town.village, as_agreed=True, visited_on=day))
    assert await forget_old_follow_ups(world.database, date(2025, 2, 28)) == 0
    assert await forget_old_follow_ups(world.database, date(2025, 3, 1)) == 1
    assert [one["visited_on"] for one in await waiting(town)] == ["2020-03-01"]
