"""Whatever is asked in whatever order, a change leaves one trace and what changed nothing leaves none (check S56)."""

import random
from typing import Any

import httpx

from tests.households.api.test_household_record_routes import headers, registered
from tests.households.import_world import TOWNSHIP, ImportWorld

REQUESTS = 1000
TRACES = {
    "history": "SELECT count(*) FROM household_changes",
    "change log": "SELECT count(*) FROM change_log WHERE topic = 'household'",
    "audit": "SELECT count(*) FROM audit_events",
}


class Walk:
    """Asks at random and keeps count of what each trace should have grown by."""

    def __init__(self, client: httpx.AsyncClient, household: str) -> None:
        self._client = client
        self._path = f"/v1/households/{household}"
        self._chance = random.Random(56)  # noqa: S311 - the same run each time
        self._version = 1
        self._last: tuple[dict[str, Any], dict[str, str]] | None = None
        self.expected = dict.fromkeys(TRACES, 0)
        self.asked: dict[str, int] = {}

    async def step(self) -> None:
        what = self._chance.choice(("change", "replay", "stale", "wrong", "unmask", "unmask without a reason"))
        self.asked[what] = self.asked.get(what, 0) + 1
        await getattr(self, f"_{what.replace(' ', '_')}")()

    async def _change(self) -> None:
        body = {"address": f"{self._chance.randrange(10**9)}号"}
        given = headers(**{"If-Match": f'"v{self._version}"'})
        reply = await self._client.post(f"{self._path}/changes", json=body, headers=given)
        assert reply.status_code == 200, reply.text
        self._last, self._version = (body, given), self._version + 1
        self.expected["history"] += 1
        self.expected["change log"] += 1

    async def _replay(self) -> None:
        if self._last is not None:
            body, given = self._last
            reply = await self._client.post(f"{self._path}/changes", json=body, headers=given)
            assert (reply.status_code, reply.headers["idempotency-replayed"]) == (200, "true")

    async def _stale(self) -> None:
        given = headers(**{"If-Match": f'"v{self._version + 1}"'})
        reply = await self._client.post(f"{self._path}/changes", json={"address": "甲"}, headers=given)
        assert reply.status_code == 412

    async def _wrong(self) -> None:
        given = headers(**{"If-Match": f'"v{self._version}"'})
        reply = await self._client.post(f"{self._path}/changes", json={"score": 1}, headers=given)
        assert reply.status_code == 400

    async def _unmask(self) -> None:
        body = {"fields": ["id_number"], "reason": "核对身份"}
        reply = await self._client.post(f"{self._path}/unmask", json=body, headers=headers())
        assert reply.status_code == 200, reply.text
        self.expected["audit"] += 1

    async def _unmask_without_a_reason(self) -> None:
        body = {"fields": ["id_number"], "reason": ""}
        reply = await self._client.post(f"{self._path}/unmask", json=body, headers=headers())
        assert reply.status_code == 422


async def traces(world: ImportWorld) -> dict[str, int]:
    async with world.database.transaction() as connection:
        return {name: int((await connection.exec_driver_sql(sql)).scalar_one()) for name, sql in TRACES.items()}


async def test_a_thousand_requests_leave_as_many_traces_as_there_were_changes(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        household = (await registered(client)).json()["household_id"]
        before = await traces(world)
        walk = Walk(client, household)
        for _ in range(REQUESTS):
            await walk.step()
    after = await traces(world)
    assert {name: after[name] - before[name] for name in TRACES} == walk.expected
    assert min(walk.asked.values()) > REQUESTS / 12
