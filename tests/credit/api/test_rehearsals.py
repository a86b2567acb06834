"""A card is rehearsed on everybody and touches nobody; how far the households drifted between two runs (check S31)."""

from typing import Any
from uuid import UUID

from services.credit.domain.card_document import card_to_document
from shared.ids import new_id
from tests.builders.worked_cases import H1, H3, H4, rural_household
from tests.credit.world import TODAY, Town, World, assert_problem, official

PATH = "/v1/credit/cards/rural-household/rehearsals"
EVERYTHING = "SELECT count(*), (SELECT count(*) FROM runs), (SELECT count(*) FROM scores) FROM fact_history"


async def draft(world: World, town: Town, version: int, **bands: int) -> None:
    """The shipped card with other bands, proposed and not approved."""
    document = card_to_document(rural_household()) | {"version": version}
    document["bands"] = [{"id": band, "from": least} for band, least in bands.items()]
    async with world.as_(town.orderer) as caller:
        proposed = await caller.post("/v1/credit/cards", {"document": document})
    assert proposed.status_code == 201, proposed.text


async def rehearsed(world: World, town: Town, version: int, region: str | None = None) -> dict[str, Any]:
    async with world.as_(town.orderer) as caller:
        ordered = await caller.post(PATH, {"version": version, "region": region or town.code})
        assert ordered.status_code == 202, ordered.text
        await world.run_jobs()
        job = (await caller.get(ordered.headers["location"])).json()
    assert (job["state"], job["kind"]) == ("succeeded", "card_rehearsal"), job
    result: dict[str, Any] = job["result"]
    return result


async def test_both_cards_score_everybody_and_it_is_told_who_would_move(world: World) -> None:
    town = await world.town(villages=2)
    await draft(world, town, 2, AAA=85, AA=65, A=50)
    await town.households(7, H1)
    await town.households(6, H3, village=town.villages[1], poor=True)
    await town.households(9, H4, poor=True)
    await town.households(5, H1, vetoes=["V1"])
    await town.households(8, H1 | {"reviews": [8]})
    found = await rehearsed(world, town, 2)
    assert (found["households"], found["as_of"]) == (35, TODAY.isoformat())
    assert (found["champion"]["version"], found["challenger"]["version"]) == (1, 2)
    assert found["moved"] == {"up": 15, "down": 7, "same": 13, "not_comparable": 0}
    [township] = found["townships"]
    assert (township["code"], township["moved"]) == (town.code, found["moved"])
    assert {(one["from"], one["to"]): one["households"] for one in township["matrix"]} == {
        ("AAA", "AA"): 7,
        ("A", "AA"): 6,
        ("none", "A"): 9,
        ("vetoed", "vetoed"): 5,
        ("not_rated", "not_rated"): 8,
    }
    assert "性别" in found["left_out"]


async def test_approval_is_told_by_county_and_poverty_with_the_four_fifths_flag(world: World, town: Town) -> None:
    await draft(world, town, 3, AAA=85, AA=65, A=50)
    await town.households(10, H1)
    await town.households(10, H4, poor=True)
    found = await rehearsed(world, town, 3)
    county = found["approval"]["by_county"]
    assert [(one["group"], one["before"]["percent"], one["after"]["percent"]) for one in county] == [
        (town.code[:6], "50.00", "100.00")
    ]
    poverty = {one["group"]: one for one in found["approval"]["by_poverty"]}
    assert poverty["registered_poor"]["before"] == {"approved": 0, "rated": 10, "percent": "0.00"}
    assert (
        poverty["registered_poor"]["below_four_fifths_before"],
        poverty["registered_poor"]["below_four_fifths_after"],
        poverty["other"]["below_four_fifths_before"],
    ) == (True, False, False)


async def test_counts_of_fewer_than_five_households_are_kept_back(world: World, town: Town) -> None:
    await draft(world, town, 4, AAA=85)
    await town.households(3, H1)
    await town.households(20, H4)
    found = await rehearsed(world, town, 4)
    assert found["moved"]["down"] is None
    assert [one["households"] for one in found["townships"][0]["matrix"]] == [None, None]
    assert [one["before"] for one in found["approval"]["by_county"]] == [None]


async def test_a_rehearsal_changes_nothing_but_the_list_of_jobs_and_the_audit(world: World, town: Town) -> None:
    await draft(world, town, 5, AAA=90)
    people = await town.households(5, H1)
    await town.take_over()
    before = await world.rows(EVERYTHING)
    await rehearsed(world, town, 5)
    assert await world.rows(EVERYTHING) == before
    async with world.as_(town.official) as caller:
        grade = (await caller.get(f"/v1/credit/households/{people[0]}/grade")).json()
    assert (grade["grade"], grade["card"]["version"]) == ("AAA", 1)
    audited = await world.rows("SELECT actor FROM audit_events WHERE event = 'card_rehearsal_ordered' ORDER BY seq")
    assert audited[-1] == (town.orderer.subject,)


async def test_a_whole_county_is_rehearsed_township_by_township(world: World) -> None:
    county, towns = await world.county(townships=2)
    for town in towns:
        await town.households(5, H1)
    found = await rehearsed(world, towns[0], 1, county)
    assert [(one["code"], one["households"]) for one in found["townships"]] == [(town.code, 5) for town in towns]
    assert found["moved"]["same"] == 10


async def test_county_and_city_officials_of_the_place_rehearse_a_card_that_is_there(world: World, town: Town) -> None:
    body = {"version": 1, "region": town.code}
    async with world.as_(town.official) as caller:
        assert_problem(await caller.post(PATH, body), 403, "not_permitted")
    async with world.as_(official("county_official", "511999")) as caller:
        assert_problem(await caller.post(PATH, body), 403, "outside_scope")
    async with world.as_(town.orderer) as caller:
        assert_problem(await caller.post(PATH, body | {"version": 999}), 404, "card_not_found")
        assert_problem(await caller.post("/v1/credit/cards/no-card/rehearsals", body), 404, "card_not_found")
        assert_problem(await caller.post(PATH, body | {"region": "511921998"}), 404, "region_not_found")
    async with world.as_(official("county_official", town.code[:6])) as caller:
        assert (await caller.post(PATH, body)).status_code == 202
    await world.run_jobs()


async def drifted(world: World, town: Town, before: UUID, after: UUID) -> Any:
    async with world.as_(town.official) as caller:
        return await caller.get("/v1/credit/drift", **{"region": town.code, "from": before, "to": after})


async def test_drift_is_told_for_every_attribute_and_the_total(world: World, town: Town) -> None:
    people = await town.households(20, H1)
    first = await town.score()
    async with world.database.transaction() as connection:
        statement = "UPDATE facts SET workers = 0 WHERE household_id = ANY($1)"
        await connection.exec_driver_sql(statement, (people[:10],))
    body = (await drifted(world, town, first, await town.score())).json()
    assert (body["card"], body["before"]["rated_households"]) == ("rural-household@1", 20)
    psi = {one["attribute"]: one["drift"] for one in body["attributes"]}
    assert (psi["A1"]["verdict"], psi["A2"]) == ("drifted", {"psi": "0.0000", "verdict": "stable"})
    assert body["total"]["verdict"] == "drifted"
    same = (await drifted(world, town, first, first)).json()
    assert {one["drift"]["psi"] for one in same["attributes"]} | {same["total"]["psi"]} == {"0.0000"}


async def test_a_place_that_a_run_did_not_score_has_no_drift(world: World, town: Town) -> None:
    await town.households(5)
    other = await world.town()
    await other.households(5)
    body = (await drifted(world, town, await town.score(), await other.score())).json()
    assert (body["total"], {one["drift"] for one in body["attributes"]}) == (None, {None})


async def test_only_finished_runs_of_one_card_are_compared_by_officials_of_the_place(world: World, town: Town) -> None:
    await town.households(5)
    run = await town.score()
    assert_problem(await drifted(world, town, run, new_id()), 404, "run_not_found")
    async with world.as_(official("village_official", "511922101201")) as caller:
        asked = {"region": town.code, "from": run, "to": run}
        assert_problem(await caller.get("/v1/credit/drift", **asked), 403, "outside_scope")
    other = await town.score()
    async with world.owner_transaction() as connection:
        await connection.exec_driver_sql("UPDATE credit.runs SET card_version = 2 WHERE run_id = $1", (other,))
    assert_problem(await drifted(world, town, run, other), 409, "runs_not_comparable")
    async with world.owner_transaction() as connection:
        statement = "UPDATE credit.runs SET card_version = 1, state = 'scoring' WHERE run_id = $1"
        await connection.exec_driver_sql(statement, (other,))
    assert_problem(await drifted(world, town, run, other), 409, "run_not_finished")
