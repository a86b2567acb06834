"""Enterprises, branches and joint branches pair with villages; a paired branch owes its village five things a year."""

import asyncio
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cadres.domain.unit import Unit
from services.cadres.domain.village_pairing import Activity, VillagePairing, yearly_activities
from services.cadres.storage.policy_file import load_policies
from shared.ids import new_id
from tests.cadres.world import TODAY, Caller, Town, World

FIVE = ["theme_day", "heart_talk", "party_lesson", "organisational_life", "survey"]


async def unit(world: World, town: Town, kind: str) -> Unit:
    made = Unit(new_id(), "巴中卓轮公司", "county", kind, town.code)  # type: ignore[arg-type] # kinds are literals of the domain
    await world.load(units=[made])
    return made


async def paired(caller: Caller, town: Town, with_: Unit, kind: str, **more: Any) -> dict[str, Any]:
    body = {"village_code": town.village, "unit_id": str(with_.unit_id), "kind": kind, "from": "2026-01-10"} | more
    reply = await caller.post("/v1/village-pairings", body)
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


@pytest.mark.parametrize(
    ("kind", "fitting"),
    [
        ("enterprise", "enterprise"),
        ("enterprise", "social_organisation"),
        ("branch", "party_branch"),
        ("joint_branch", "joint_branch"),
    ],
)
async def test_each_kind_of_pairing_takes_organisations_of_its_kind(
    world: World, town: Town, kind: str, fitting: str
) -> None:
    good, bad = await unit(world, town, fitting), await unit(world, town, "government_unit")
    async with world.as_(town.official) as desk:
        made = await paired(desk, town, good, kind, agreement="巴产协〔2026〕3 号")
        assert (made["kind"], made["unit_name"], made["to"]) == (kind, "巴中卓轮公司", None)
        body = {"village_code": town.village, "unit_id": str(bad.unit_id), "kind": kind}
        refused = await desk.post("/v1/village-pairings", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "village_pairing_unit_of_wrong_kind")
        listed = (await desk.get("/v1/village-pairings", region=town.code, kind=kind)).json()["items"]
        assert [one["village_pairing_id"] for one in listed] == [made["village_pairing_id"]]


async def test_a_branch_owes_five_activities_a_year_and_they_are_ticked_off(world: World, town: Town) -> None:
    branch = await unit(world, town, "party_branch")
    async with world.as_(town.official) as desk:
        made = await paired(desk, town, branch, "branch")
        address = f"/v1/village-pairings/{made['village_pairing_id']}/activities"
        assert [(one["kind"], one["state"]) for one in (await desk.get(address, year=2026)).json()["owed"]] == [
            (kind, "due") for kind in FIVE
        ]
        held = await desk.post(address, {"kind": "party_lesson", "on": "2026-07-01", "people": 34, "note": "七一党课"})
        assert held.status_code == 201, held.text
        states = {one["kind"]: one["state"] for one in held.json()["owed"]}
        assert states == dict.fromkeys(FIVE, "due") | {"party_lesson": "done"}
        assert (await desk.get(address, year=2025)).json()["owed"] == [], "the year before the pairing owes nothing"
        listed = (await desk.get("/v1/village-pairings/activities", region=town.code, year=2026)).json()["items"]
        assert [(one["pairing"]["village_pairing_id"], len(one["held"])) for one in listed] == [
            (made["village_pairing_id"], 1)
        ]


async def test_an_enterprise_owes_no_party_activities(world: World, town: Town) -> None:
    async with world.as_(town.official) as desk:
        made = await paired(desk, town, await unit(world, town, "enterprise"), "enterprise")
        found = (await desk.get(f"/v1/village-pairings/{made['village_pairing_id']}/activities", year=2026)).json()
        assert found["owed"] == []


async def test_one_pairing_of_unit_village_and_kind_at_a_time(world: World, town: Town) -> None:
    branch = await unit(world, town, "party_branch")
    body = {"village_code": town.village, "unit_id": str(branch.unit_id), "kind": "branch", "from": "2026-01-10"}
    async with world.as_(town.official) as desk:
        replies = await asyncio.gather(*(desk.post("/v1/village-pairings", body) for _ in range(2)))
        assert sorted(reply.status_code for reply in replies) == [201, 409]
        made = next(reply for reply in replies if reply.status_code == 201).json()
        there = f"/v1/village-pairings/{made['village_pairing_id']}"
        assert (await desk.post(f"{there}/end", {"note": "换届"})).status_code == 428
        stale = await desk.post(f"{there}/end", {"note": "换届"}, **{"if-match": '"v9"'})
        assert (stale.status_code, stale.json()["current"]) == (412, (await desk.get(there)).json())
        assert (await desk.step(there, "end", {"note": "换届", "on": "2026-01-01"})).json()[
            "code"
        ] == "village_pairing_ends_before_start"
        ended = await desk.step(there, "end", {"note": "换届"})
        assert (ended.status_code, ended.json()["to"]) == (200, str(TODAY))
        assert (await desk.step(there, "end", {"note": "换届"})).json()["code"] == "village_pairing_already_ended"
        assert (await desk.post("/v1/village-pairings", body | {"from": str(TODAY)})).status_code == 201


async def test_an_activity_lies_within_the_pairing_and_not_ahead(world: World, town: Town) -> None:
    async with world.as_(town.official) as desk:
        made = await paired(desk, town, await unit(world, town, "party_branch"), "branch")
        address = f"/v1/village-pairings/{made['village_pairing_id']}/activities"
        for day, code in (("2026-12-01", "activity_in_future"), ("2026-01-09", "activity_outside_pairing")):
            reply = await desk.post(address, {"kind": "survey", "on": day, "people": 3})
            assert (reply.status_code, reply.json()["code"]) == (409, code)
    async with world.as_((await world.town()).official) as stranger:
        assert (await stranger.get(address, year=2026)).json()["code"] == "village_pairing_not_found"


async def test_only_a_joint_branch_says_what_it_is_built_on(world: World, town: Town) -> None:
    body = {"name": "八瓜山村联合党支部", "level": "village", "region_code": town.code, "joint_kind": "complementary"}
    async with world.as_(town.official) as desk:
        made = await desk.post("/v1/units", body | {"kind": "joint_branch"})
        assert (made.status_code, made.json()["joint_kind"]) == (201, "complementary")
        refused = await desk.post("/v1/units", body | {"kind": "party_branch"})
        assert (refused.status_code, refused.json()["code"]) == (422, "joint_kind_only_for_joint_branch")


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.sets(st.sampled_from(FIVE)), st.integers(2024, 2027))
def test_each_of_the_five_is_done_due_or_missed(today: date, done: set[str], year: int) -> None:
    pairing = VillagePairing(new_id(), "511921122201", new_id(), "branch", date(2025, 6, 1))
    held = [Activity(new_id(), "511921122201", pairing.village_pairing_id, kind, date(year, 7, 1), 5) for kind in done]  # type: ignore[arg-type] # kinds are literals of the domain
    found = yearly_activities(pairing, held, FIVE, year, today)  # type: ignore[arg-type] # likewise
    assert [one.kind for one in found] == ([] if year < 2025 else FIVE)
    for one in found:
        assert one.state == ("done" if one.kind in done else "missed" if today.year > year else "due")


def test_the_shipped_policy_names_the_five_of_the_report() -> None:
    assert list(load_policies()[0].branch_activities) == FIVE
