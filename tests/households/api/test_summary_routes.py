"""Counts of a place: exact for its officials, and nothing to single anybody out by for everybody else (check S31)."""

from tests.builders.register import invent_household
from tests.households.import_world import TOWNSHIP, ImportWorld


async def test_officials_read_exact_counts_and_others_no_small_cell(world: ImportWorld) -> None:
    register = [invent_household(index, 1, cause="因病" if index < 7 else "缺技术,因学") for index in range(9)]
    await world.bring_in(world.file(register))
    asked = {"region": TOWNSHIP}
    async with world.as_official(TOWNSHIP) as client:
        known = (await client.get("/v1/households/summary", params=asked)).json()
    async with world.as_official("511902", subject="official-2") as other:
        public = (await other.get("/v1/households/summary", params=asked)).json()
    assert (known["exact"], known["households"], known["registered_poor"]) == (True, 9, 9)
    assert {cell["value"]: cell["households"] for cell in known["by_cause"]} == {"因病": 7, "因学": 2, "缺技术": 2}
    assert [cell["households"] for cell in known["by_place"]] == [9]
    assert (public["exact"], public["households"], public["registered_poor"]) == (False, 5, 5)
    assert {cell["value"]: cell["households"] for cell in public["by_cause"]} == {
        "因病": 5,
        "因学": None,
        "缺技术": None,
    }
