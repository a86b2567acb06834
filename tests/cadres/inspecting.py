"""How the tests of inspections draw a sample and record what was found."""

from typing import Any

from tests.cadres.world import Caller, Town, World

UNTIL_DECEMBER = "2026-12-01"


async def drawn(world: World, town: Town, population: str = "households", size: int = 5) -> dict[str, Any]:
    """A county's inspection of November, as its reader sees it."""
    async with world.as_(town.official) as desk:
        body = {"region": town.code, "cycle": "county_inspection", "population": population, "size": size}
        reply = await desk.post("/v1/inspections", body)
        assert reply.status_code == 201, reply.text
        return dict(reply.json())


def finding(town: Town, **other: str) -> dict[str, str]:
    """What is said of the town's village."""
    said = {"village_code": town.village, "item": town.village, "what": "公示栏未更新", "due_on": UNTIL_DECEMBER}
    return said | other


async def found(desk: Caller, inspection: dict[str, Any], town: Town, **other: str) -> str:
    """The address of a finding that is open."""
    reply = await desk.post(f"/v1/inspections/{inspection['inspection_id']}/findings", finding(town, **other))
    assert reply.status_code == 201, reply.text
    return f"/v1/inspections/findings/{reply.json()['finding_id']}"


async def moved(caller: Caller, address: str, to: str, note: str = "已看", **more: str) -> tuple[int, dict[str, Any]]:
    """The status and the body of the answer."""
    reply = await caller.step(address, "transitions", {"to": to, "note": note} | more)
    return reply.status_code, reply.json()
