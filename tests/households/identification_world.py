"""A village that identifies its poor households: its officials, its meetings, and a clock that the test sets."""

import dataclasses
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, time, timedelta
from typing import Any

import httpx

from shared.clock import SHANGHAI, FixedClock
from tests.households.import_world import TOWNSHIP, ImportWorld
from tests.households.monitoring_people import key, register

VILLAGE = f"{TOWNSHIP}202"
DAY_1 = date(2026, 5, 1)
FREE_DAY = date(2026, 5, 9)
SITTING = {
    "GROUP_REVIEW": [{"name": name} for name in ("甲一", "甲二", "甲三")],
    "VILLAGE_REVIEW": [{"name": name} for name in ("乙一", "乙二", "乙三")],
    "COMMITTEE_CONFIRMED": [
        {"name": "丙一", "committee": "party_branch"},
        {"name": "丙二", "committee": "village_committee"},
        {"name": "丙三", "committee": "village_committee"},
    ],
}
KEPT = (
    "identifications",
    "identification_transitions",
    "identification_quotas",
    "identification_notices",
    "notice_objections",
)
MEETING = {"present": 60, "members": 80}
OFFICE = {
    "GROUP_REVIEW": "village",
    "VILLAGE_REVIEW": "village",
    "COMMITTEE_CONFIRMED": "village",
    "NOTICE_1": "village",
    "NOT_SELECTED": "village",
    "TOWN_REVIEW": "township",
    "NOTICE_2": "township",
    "COUNTY_ENTRY": "county",
}
STAGES = (
    "GROUP_REVIEW",
    "VILLAGE_REVIEW",
    "COMMITTEE_CONFIRMED",
    "NOTICE_1",
    "TOWN_REVIEW",
    "NOTICE_2",
    "COUNTY_ENTRY",
)
Reply = httpx.Response


class Village:
    """One village of a world whose clock stands where the test puts it."""

    def __init__(self, world: ImportWorld) -> None:
        self.world = world
        self.clock = FixedClock(datetime.combine(DAY_1, time(9), SHANGHAI))
        service = world.app.state.service
        world.app.state.service = dataclasses.replace(service, clock=self.clock)

    async def empty(self) -> "Village":
        """Forgets what other tests did here."""
        async with self.world.database.transaction() as connection:
            for table in KEPT:
                await connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names of our tables
        return self

    def on(self, day: date) -> None:
        self.clock.at = datetime.combine(day, time(9), SHANGHAI)

    def days_pass(self, days: int) -> None:
        self.clock.at += timedelta(days=days)

    def office(self, name: str, subject: str = "") -> AbstractAsyncContextManager[httpx.AsyncClient]:
        scope = {"village": VILLAGE, "township": TOWNSHIP, "county": TOWNSHIP[:6], "city": TOWNSHIP[:4]}[name]
        return self.world.as_person(subject or f"{name}-1", {f"{name}_official": (scope,)})

    def public(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.world.app), base_url="http://households")

    async def post(self, office: str, path: str, body: dict[str, Any], subject: str = "") -> Reply:
        async with self.office(office, subject) as client:
            return await client.post(path, json=body, headers=key())

    async def get(self, office: str, path: str, **query: str) -> Reply:
        async with self.office(office) as client:
            return await client.get(path, params=query)

    async def household(self, status: str = "general", **fields: Any) -> str:
        """Registered as any other; a status is taken over by the county."""
        household_id = await register(self.world, VILLAGE, **fields)
        if status != "general":
            async with self.office("county") as client:
                body = {"changes": {"status": status}, "source": "department"}
                path = f"/v1/households/{household_id}/changes"
                reply = await client.post(path, json=body, headers={**key(), "If-Match": '"v1"'})
                assert reply.status_code == 200, reply.text
        return household_id

    async def quota(self, places: int, version: int | None = None, year: int = 2026) -> Reply:
        body = {"places": places, "document": "通扶〔2026〕1号", "version": version}
        async with self.office("county") as client:
            return await client.put(f"/v1/villages/{VILLAGE}/identification-quotas/{year}", json=body)

    async def apply(self, household_id: str, kind: str = "entry", office: str = "village") -> Reply:
        body = {"household_id": household_id, "kind": kind, "statement": "家里缺劳力"}
        return await self.post(office, "/v1/identifications", body, subject="proposer")

    async def applied(self, household_id: str = "", kind: str = "entry") -> str:
        reply = await self.apply(household_id or await self.household(), kind)
        assert reply.status_code == 201, reply.text
        return str(reply.json()["identification_id"])

    async def move(self, case: str, to: str, *, office: str = "", subject: str = "", **changed: Any) -> Reply:
        path = f"/v1/identifications/{case}/transitions"
        return await self.post(office or OFFICE[to], path, {**step(to), **changed}, subject)

    async def moved(self, case: str, *stages: str, **changed: Any) -> dict[str, Any]:
        """Through these stages, waiting for each notice to end."""
        body: dict[str, Any] = {}
        for to in stages:
            if to in {"TOWN_REVIEW", "COUNTY_ENTRY"}:
                self.days_pass(8)
            reply = await self.move(case, to, **changed)
            assert reply.status_code == 200, (to, reply.text)
            body = reply.json()
        return body

    async def up_to(self, stage: str, household_id: str = "", **changed: Any) -> str:
        """A course that stands at a stage; the quota is there."""
        await self.quota(10)
        case = await self.applied(household_id)
        await self.moved(case, *STAGES[: STAGES.index(stage) + 1], **changed)
        return case

    async def see(self, case: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.get("county", f"/v1/identifications/{case}")).json()
        return found


def step(to: str) -> dict[str, Any]:
    """All that a step needs, done right."""
    body: dict[str, Any] = {"to": to, "reason": "按程序办理", "relation": "none"}
    if to in SITTING:
        body["reviewers"] = SITTING[to]
    if to == "VILLAGE_REVIEW":
        body |= {"meeting": MEETING, "votes": 50}
    return body


def code(reply: Reply) -> tuple[int, str]:
    return reply.status_code, reply.json().get("code", "")
