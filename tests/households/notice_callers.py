"""What people do with a public notice: the village posts it, anybody reads it and objects, an office decides."""

from typing import Any

import httpx

from tests.households.identification_world import VILLAGE, Village


async def on_notice(village: Village, *names: str) -> tuple[str, list[str]]:
    """A notice with a line for each; its id and the courses in the order of its lines."""
    await village.quota(10)
    cases = []
    for place, _ in enumerate(names or ("一户",)):
        case = await village.applied(await village.household(group_name="二组"))
        await village.moved(case, "GROUP_REVIEW")
        await village.moved(case, "VILLAGE_REVIEW", votes=59 - place)
        await village.moved(case, "COMMITTEE_CONFIRMED")
        cases.append(case)
    path = f"/v1/villages/{VILLAGE}/identifications/transitions"
    reply = await village.post("village", path, {"to": "NOTICE_1"})
    assert len(reply.json()["moved"]) == len(cases), reply.text
    return reply.json()["notice_id"], cases


async def objected(village: Village, notice: str, line: int = 1, **said: Any) -> httpx.Response:
    async with village.public() as anyone:
        body = {"line": line, "statement": "家里有三层楼房", **said}
        return await anyone.post(f"/v1/notices/{notice}/objections", json=body)


async def decide(
    village: Village, notice: str, objection: str, outcome: str, office: str = "county", subject: str = "county-9"
) -> httpx.Response:
    path = f"/v1/notices/{notice}/objections/{objection}/decide"
    return await village.post(office, path, {"outcome": outcome, "answer": "已入户核实"}, subject)


async def read(village: Village, notice: str, **headers: str) -> httpx.Response:
    async with village.public() as anyone:
        return await anyone.get(f"/v1/notices/{notice}", headers=headers)
