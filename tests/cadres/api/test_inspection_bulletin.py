"""通报: how the places of a region stand in an inspection period, as data and as a workbook."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

from python_calamine import CalamineWorkbook

from services.cadres.api.bulletin_table import PLACES
from shared.clock import FixedClock
from tests.cadres.inspecting import found, moved
from tests.cadres.world import World


async def test_a_bulletin_tells_how_each_place_stands_and_which_were_not_inspected(world: World) -> None:
    town = await world.town(poor_villages=2, other_villages=1)
    first, second, third = town.villages
    async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
        for village in (first, second):
            body = {"region": village, "cycle": "county_inspection", "population": "villages", "size": 1}
            made = (await desk.post("/v1/inspections", body)).json()
            said = {"village_code": village, "item": village, "what": "=台账不全", "due_on": "2026-11-24"}
            address = await found(desk, made, town, **said)
            if village == second:
                await moved(desk, address, "rectified")
                await moved(other, address, "closed")
        before = world.app.state.service
        world.app.state.service = replace(before, clock=FixedClock(datetime(2026, 12, 2, 4, tzinfo=UTC)))
        try:
            asked = {"region": town.code, "cycle": "county_summary"}
            told = (await desk.get("/v1/inspections/bulletin", **asked)).json()
            table = await desk.get("/v1/inspections/bulletin/table", **asked)
        finally:
            world.app.state.service = before
        past = (await desk.get("/v1/inspections/bulletin", **asked, within="2026-06-30")).json()
        assert (await desk.get("/v1/inspections/bulletin", region=town.code, cycle="hourly")).status_code == 404
    assert (told["begins"], told["ends"]) == ("2026-07-01", "2027-01-01")
    nothing = dict.fromkeys(("inspections", "drawn", "findings", "open", "overdue", "rectified", "closed"), 0)
    seen = {line["region_code"]: line["counts"] for line in told["items"]}
    assert seen[first] == nothing | {"inspections": 1, "drawn": 1, "findings": 1, "open": 1, "overdue": 1}
    assert seen[second] == nothing | {"inspections": 1, "drawn": 1, "findings": 1, "closed": 1}
    assert (seen[third], told["not_inspected"]) == (nothing, [third])
    assert told["total"] == {
        "inspections": 2,
        "drawn": 2,
        "findings": 2,
        "open": 1,
        "overdue": 1,
        "rectified": 0,
        "closed": 1,
    }
    assert past["total"] == nothing, "another half-year"
    assert past["not_inspected"] == town.villages
    book = CalamineWorkbook.from_filelike(BytesIO(table.content))
    places = book.get_sheet_by_name("通报").to_python()
    assert places[2][:9] == list(PLACES[:9])
    assert places[3][:9:2] == [first, 1, 1, 1, 0]
    assert [row[9] for row in places[3:6]] == ["", "", "本期未督查"]
    findings = book.get_sheet_by_name("问题清单").to_python()
    assert [(row[0], row[3], row[6]) for row in findings[1:]] == [
        (first, "=台账不全", "逾期未整改"),
        (second, "=台账不全", "已办结"),
    ]
