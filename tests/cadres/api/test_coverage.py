"""How well a place is covered: exactly six numbers, and the households without a cadre by name."""

from tests.cadres.world import COUNTY, Town, World, cadre_login, household, household_login, official


async def covered_town(world: World) -> Town:
    """Three poor villages and one other; six poor households, of which four have a cadre; three posts held in poor
    villages and one in the other."""
    town = await world.town(poor_villages=3, other_villages=1)
    cadres = [await town.cadre() for _ in range(2)]
    technicians = [await town.cadre("technician") for _ in range(4)]
    async with world.as_(town.official) as caller:
        for i in range(6):
            household_id = await town.household(village=town.villages[i % 4])
            if i < 4:
                body = {
                    "household_id": str(household_id),
                    "cadre_id": str(cadres[i % 2].cadre_id),
                    "from": "2026-02-01",
                }
                assert (await caller.post("/v1/pairings", body)).status_code == 201
        await town.household(poor=False)
        for village, technician in zip(town.villages, technicians, strict=True):
            body = {
                "village_code": village,
                "kind": "agri_technician",
                "cadre_id": str(technician.cadre_id),
                "from": "2026-05-01",
            }
            assert (await caller.post("/v1/posts", body)).status_code == 201
    return town


async def test_coverage_says_exactly_six_numbers_that_add_up(world: World) -> None:
    town = await covered_town(world)
    async with world.as_(town.official) as caller:
        reply = await caller.get("/v1/cadres/coverage", region=town.code)
    assert reply.json() == {
        "poor_villages": 3,
        "posts_filled": 3,
        "posts_vacant": 12,
        "poor_households": 6,
        "paired": 4,
        "unpaired": 2,
    }


async def test_coverage_is_told_as_it_was_on_a_day(world: World) -> None:
    town = await covered_town(world)
    async with world.as_(town.official) as caller:
        march = (await caller.get("/v1/cadres/coverage", region=town.code, as_of="2026-03-01")).json()
        january = (await caller.get("/v1/cadres/coverage", region=town.code, as_of="2026-01-31")).json()
    assert (march["posts_filled"], march["posts_vacant"], march["paired"], march["unpaired"]) == (0, 15, 4, 2)
    assert (january["paired"], january["unpaired"]) == (0, 6)


async def test_a_household_is_without_a_cadre_from_the_day_on_which_the_pairing_ends(world: World, town: Town) -> None:
    household_id, cadre = await town.household(), await town.cadre()
    body = {"household_id": str(household_id), "cadre_id": str(cadre.cadre_id), "from": "2026-02-01"}
    async with world.as_(town.official) as caller:
        made = await caller.post("/v1/pairings", body)
        end = {"reason": "rebalanced", "on": "2026-05-20"}
        assert (await caller.step(f"/v1/pairings/{made.json()['pairing_id']}", "end", end)).status_code == 200
        paired = [
            (await caller.get("/v1/cadres/coverage", region=town.code, as_of=day)).json()["paired"]
            for day in ("2026-01-31", "2026-02-01", "2026-05-19", "2026-05-20")
        ]
    assert paired == [0, 1, 1, 0]


async def test_a_village_counts_for_itself_and_for_every_place_above_it(world: World) -> None:
    town = await covered_town(world)
    async with world.as_(official("county_official", COUNTY)) as caller:
        county_before = (await caller.get("/v1/cadres/coverage", region=COUNTY)).json()
        parts = [(await caller.get("/v1/cadres/coverage", region=village)).json() for village in town.villages]
        whole = (await caller.get("/v1/cadres/coverage", region=town.code)).json()
    assert {name: sum(part[name] for part in parts) for name in whole} == whole
    assert all(county_before[name] >= whole[name] for name in whole)


async def test_households_without_a_cadre_are_a_list_and_not_a_percentage(world: World) -> None:
    town = await covered_town(world)
    async with world.as_(town.official) as caller:
        first = (await caller.get("/v1/cadres/unpaired", region=town.code, limit=1)).json()
        second = (
            await caller.get("/v1/cadres/unpaired", region=town.code, limit=1, cursor=first["next_cursor"])
        ).json()
        foreign = await caller.get("/v1/cadres/unpaired", region=town.village, limit=1, cursor=first["next_cursor"])
    assert (first["has_more"], second["has_more"]) == (True, False)
    villages = [page["items"][0]["village_code"] for page in (first, second)]
    assert villages == [town.villages[0], town.villages[1]]
    assert (foreign.status_code, foreign.json()["code"]) == (400, "cursor_unreadable")


async def test_a_household_that_leaves_the_register_is_counted_no_more(world: World, town: Town) -> None:
    household_id = await town.household()
    await world.tell(household(household_id, town.village, poor=False))
    async with world.as_(town.official) as caller:
        numbers = (await caller.get("/v1/cadres/coverage", region=town.code)).json()
    assert (numbers["poor_households"], numbers["unpaired"]) == (0, 0)


async def test_coverage_is_for_officials_of_the_place(world: World, town: Town) -> None:
    elsewhere = await world.town()
    strangers = (elsewhere.official, cadre_login(await town.cadre()), household_login(await town.household()))
    for stranger in strangers:
        async with world.as_(stranger) as caller:
            for path in ("/v1/cadres/coverage", "/v1/cadres/unpaired"):
                assert (await caller.get(path, region=town.code)).status_code == 403
    async with world.as_(town.official) as caller:
        assert (await caller.get("/v1/cadres/coverage", region=COUNTY)).status_code == 403
        assert (await caller.get("/v1/cadres/coverage")).status_code == 422
