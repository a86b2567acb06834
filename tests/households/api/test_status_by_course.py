"""A poverty status changes by the course; who else may write it, and when."""

from tests.households.identification_world import VILLAGE, Village, code
from tests.households.monitoring_people import invented_number, key


async def test_a_bare_write_of_an_official_sets_no_poverty_status_and_the_county_takes_over_with_its_source(
    village: Village,
) -> None:
    household = await village.household()
    path = f"/v1/households/{household}"
    for office in ("village", "township", "county"):
        async with village.office(office) as client:
            bare = await client.put(path, json={"village_code": VILLAGE, "status": "poor", "version": 1})
            patch = await client.post(f"{path}/changes", json={"status": "poor", "version": 1}, headers=key())
        assert [code(reply) for reply in (bare, patch)] == [(409, "status_by_course")] * 2, office
    taken_over = {"changes": {"status": "poor"}, "source": "department", "version": 1}
    assert code(await village.post("township", f"{path}/changes", taken_over)) == (409, "status_by_course")
    assert (await village.post("county", f"{path}/changes", taken_over)).json()["status"] == "poor"
    history = (await village.get("county", f"{path}/history")).json()
    assert history["changes"][0]["source"] == "department"


async def test_a_whole_form_without_a_status_leaves_it_as_it_stands(village: Village) -> None:
    household = await village.household("poor")
    async with village.office("township") as client:
        form = {"village_code": VILLAGE, "address": "二组", "version": 2}
        reply = await client.put(f"/v1/households/{household}", json=form)
    assert (reply.status_code, reply.json()["status"]) == (200, "poor")


async def test_while_a_household_is_on_its_course_nobody_else_sets_its_status(village: Village) -> None:
    household = await village.household()
    case = await village.applied(household)
    taken_over = {"changes": {"status": "poor"}, "source": "department", "version": 1}
    path = f"/v1/households/{household}/changes"
    assert code(await village.post("county", path, taken_over)) == (409, "status_on_course")
    await village.move(case, "WITHDRAWN", office="village")
    assert (await village.post("county", path, taken_over)).status_code == 200


async def test_only_the_county_registers_a_household_that_is_poor_already(village: Village) -> None:
    head = {"name": "何秀兰", "id_number": invented_number(), "relation": "户主"}
    body = {"village_code": VILLAGE, "status": "poor", "members": [head]}
    assert code(await village.post("township", "/v1/households", body)) == (409, "status_by_course")
    assert (await village.post("county", "/v1/households", body)).json()["status"] == "poor"
