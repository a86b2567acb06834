"""Where households lack a cadre and who has how many; and what waits for a cadre when it looks at its phone."""

import zlib
from datetime import date, timedelta
from typing import Any

import pytest

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.pairing import Pairing
from services.cadres.domain.unit import Unit
from shared.ids import new_id
from tests.cadres.world import TODAY, Caller, Town, World, cadre_login, household, official, region

START = date(2026, 1, 1)


async def everything(caller: Caller, path: str, **asked: Any) -> list[dict[str, Any]]:
    """All pages of a list."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await caller.get(path, **asked, **cursor)).json()
        items += page["items"]
        if not page["next_cursor"]:
            return items
        cursor = {"cursor": page["next_cursor"]}


async def test_the_places_under_a_place_add_up_to_it(world: World) -> None:
    town = await world.town(poor_villages=2, other_villages=1)
    cadre = await town.cadre()
    helped = await town.household()
    await town.household(village=town.villages[1])
    await world.load(
        pairings=[Pairing(new_id(), helped, cadre.cadre_id, START)],
        posts=[town.posting("helping_unit", unit_id=town.unit.unit_id)],
    )
    async with world.as_(town.official) as desk:
        whole = (await desk.get("/v1/cadres/coverage", region=town.code)).json()
        places = (await desk.get("/v1/cadres/coverage/places", region=town.code)).json()["items"]
    assert [place["code"] for place in places] == town.villages
    assert {name: sum(place[name] for place in places) for name in whole} == whole
    assert [(place["paired"], place["unpaired"]) for place in places] == [(1, 0), (0, 1), (0, 0)]


async def test_loads_tell_who_has_none_and_who_has_too_many(world: World, town: Town) -> None:
    bureau = Unit(new_id(), "镇农技站", "township", "public_institution", town.code)
    await world.load(units=[bureau])
    busy, over = await town.cadre(), await town.cadre(rank="party_member")
    await town.cadre(unit_id=bureau.unit_id)
    left = await town.cadre(valid_to=date(2026, 5, 1))
    households = [await town.household() for _ in range(5)]
    of = [busy, busy, busy, over, over]
    await world.load(pairings=[Pairing(new_id(), h, c.cadre_id, START) for h, c in zip(households, of, strict=True)])
    async with world.as_(town.official) as desk:
        units = {one["name"]: one for one in await everything(desk, "/v1/units/loads", region=town.code, limit=1)}
        own = units[town.unit.name]
        assert [own[name] for name in ("cadres", "idle", "households", "least", "most", "above_bound")] == [
            2,
            0,
            5,
            2,
            3,
            1,
        ]
        assert (units["镇农技站"]["cadres"], units["镇农技站"]["idle"]) == (1, 1)
        people = await everything(desk, "/v1/cadres/loads", region=town.code, limit=2)
        assert {one["cadre_id"]: (one["households"], one["bound"]) for one in people if one["households"]} == {
            str(busy.cadre_id): (3, 3),
            str(over.cadre_id): (2, 1),
        }
        assert str(left.cadre_id) not in {one["cadre_id"] for one in people}
        before = await everything(desk, "/v1/cadres/loads", region=town.code, as_of="2025-12-31")
        assert {one["households"] for one in before} == {0}
        only = await everything(desk, "/v1/cadres/loads", region=town.code, unit_id=str(bureau.unit_id))
        assert len(only) == 1


async def test_a_cadre_sees_what_waits_for_it_the_most_urgent_first(world: World, town: Town) -> None:
    cadre, giver = await town.cadre(), await town.cadre()
    own, gone, offered = await town.household(), await town.household(), await town.household()
    ends = TODAY + timedelta(days=10)
    posts = [
        town.posting("agri_technician", cadre_id=cadre.cadre_id, term_ends_on=ends),
        town.posting("liaison_leader", cadre_id=cadre.cadre_id, term_ends_on=TODAY),
        town.posting("first_secretary", cadre_id=cadre.cadre_id, term_ends_on=date(2028, 3, 1)),
    ]
    await world.load(
        pairings=[Pairing(new_id(), h, c.cadre_id, START) for h, c in ((own, cadre), (gone, cadre), (offered, giver))],
        posts=posts,
    )
    await world.tell(household(gone, town.village, poor=False))
    async with world.as_(town.official) as desk, world.as_(cadre_login(cadre)) as phone:
        one = (
            await desk.post("/v1/handovers", {"household_id": str(offered), "to_cadre_id": str(cadre.cadre_id)})
        ).json()
        leaving = {"cadre_id": str(cadre.cadre_id), "leaves_on": str(ends), "reason": "retired"}
        departure = (await desk.post("/v1/departures", leaving)).json()
        seen = (await phone.get("/v1/me/caseload")).json()
    assert {case["household_id"] for case in seen["items"]} == {str(own), str(gone)}
    assert [(due["kind"], due["thing_id"], due["on"]) for due in seen["due"]] == [
        ("handover_to_answer", one["handover_id"], seen["due"][0]["on"]),
        ("own_departure", departure["departure_id"], str(ends)),
        ("post_expired", str(posts[1].post_id), str(TODAY)),
        ("post_expiring", str(posts[0].post_id), str(ends)),
        ("visit_overdue", str(own), str(START + timedelta(days=90))),
        ("household_off_register", str(gone), None),
    ]


@pytest.mark.parametrize(("size", "most_bytes", "packed"), [(15, 20_000, False), (500, 150_000, True)])
async def test_a_caseload_fits_a_weak_signal(
    world: World, town: Town, size: int, most_bytes: int, packed: bool
) -> None:
    cadre = await town.cadre()
    ids = [new_id() for _ in range(size)]
    await world.tell(*(household(one, town.village, poor=True) for one in ids))
    await world.load(pairings=[Pairing(new_id(), one, cadre.cadre_id, START) for one in ids])
    async with world.as_(cadre_login(cadre)) as phone:
        body = (await phone.get("/v1/me/caseload")).content
    assert len(zlib.compress(body) if packed else body) <= most_bytes


@pytest.mark.slow
async def test_bazhou_is_covered_whole_by_one_plan(world: World) -> None:
    """The report, 四.4: 11,249 cadres and 25,169 households, 全覆盖."""
    county = "511902"
    towns = [f"{county}{100 + n}" for n in range(28)]
    await world.tell(
        *(region(town, "township", poor=False) for town in towns),
        *(region(f"{town}201", "village", poor=True) for town in towns),
    )
    unit = Unit(new_id(), "巴州区机关", "county", "government_unit", county)
    cadres = [Cadre(new_id(), unit.unit_id, "王芳", "staff", towns[n % 28], date(2015, 1, 1)) for n in range(11_249)]
    await world.load(units=[unit], cadres=cadres)
    households = [household(new_id(), f"{towns[n * n % 28]}201", poor=True) for n in range(25_169)]
    for start in range(0, len(households), 5_000):
        await world.tell(*households[start : start + 5_000])
    first, second = (official("county_official", county, name) for name in ("first", "second"))
    async with world.as_(first) as desk, world.as_(second) as colleague:
        plan = (await desk.post("/v1/pairing-plans", {"region": county})).json()["plan_id"]
        await world.run_jobs()
        figures = (await desk.get(f"/v1/pairing-plans/{plan}")).json()["figures"]
        assert (figures["new"], figures["left_out"]) == (25_169, 0)
        assert figures["loads"] == {"2": 3 * 11_249 - 25_169, "3": 25_169 - 2 * 11_249}
        assert (await colleague.post(f"/v1/pairing-plans/{plan}/apply", {})).status_code == 202
        await world.run_jobs()
        coverage = (await desk.get("/v1/cadres/coverage", region=county)).json()
        assert (coverage["poor_households"], coverage["paired"], coverage["unpaired"]) == (25_169, 25_169, 0)
        units = (await desk.get("/v1/units/loads", region=county)).json()["items"]
        assert [(one["cadres"], one["idle"], one["least"], one["most"], one["above_bound"]) for one in units] == [
            (11_249, 0, 2, 3, 0)
        ]
