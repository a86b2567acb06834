"""The households and the cadres service over one database server, each reading the other's change log."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from migrations.runner import migrate
from services.households.main import begin, findings_desk
from services.households.settings import Settings
from services.households.storage.household_search import helper_of
from services.households.use_cases.take_on_findings import take_on_findings
from shared.change_log import Change
from shared.clock import FixedClock
from shared.ids import new_id
from tests.builders.database import Urls
from tests.builders.feeds import settled
from tests.cadres.world import NOON, World, official, rows_of


async def migrate_both(urls: Urls) -> None:
    await migrate("households", urls["households"].owner)
    await migrate("cadres", urls["cadres"].owner)


class OverApplication(httpx.AsyncBaseTransport):
    """The way to a sibling that is made later, or that is stopped (`application` None)."""

    application: FastAPI | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.application is None:
            raise httpx.ConnectError("the sibling is stopped")
        return await httpx.ASGITransport(self.application).handle_async_request(request)


@dataclass
class Siblings:
    households: FastAPI
    world: World
    way_to_households: OverApplication
    settings: Settings

    async def say(self, *changes: Change) -> None:
        service = self.households.state.service
        async with service.database.transaction() as connection:
            await service.change_log.append(connection, changes)

    async def listen(self) -> None:
        """Reads all that the households service has said, unless it is stopped."""
        said = self.households.state.service
        await settled(said.database, said.change_log)
        for reader in self.world.app.state.feeds:
            await reader.catch_up()

    async def projection(self) -> list[Any]:
        async with self.world.database.transaction() as connection:
            places = await rows_of(connection, "SELECT * FROM regions ORDER BY code")
            known = await rows_of(connection, "SELECT * FROM households ORDER BY household_id")
        return [*places, *known]

    async def helper(self, household_id: UUID) -> UUID | None:
        await settled(self.world.database, self.world.change_log)
        for reader in self.households.state.feeds:
            await reader.catch_up()
        async with self.households.state.service.database.transaction() as connection:
            return await helper_of(connection, household_id)

    async def hear(self) -> None:
        """The households service reads what the cadres service has said, and takes on what visits found."""
        await settled(self.world.database, self.world.change_log)
        for reader in self.households.state.feeds:
            await reader.catch_up()
        await self.take_on()

    async def take_on(self) -> None:
        await take_on_findings(self.households.state.service.database, findings_desk(self.settings, FixedClock(NOON)))

    async def register(self, village: str, id_number: str) -> UUID:
        """A household of the households service, of which the cadres service is told."""
        await begin(self.settings)
        head = {"name": "陈正松", "id_number": id_number, "relation": "户主"}
        reply = await self.ask("POST", "/v1/households", json={"village_code": village, "members": [head]})
        assert reply.status_code == 201, reply.text
        await self.listen()
        return UUID(reply.json()["household_id"])

    async def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The households service, as an official of the county."""
        headers = self.world.bearer(official("county_official", "511921")) | {"idempotency-key": str(new_id())}
        way = httpx.ASGITransport(self.households)
        async with httpx.AsyncClient(transport=way, base_url="http://households", headers=headers) as client:
            return await client.request(method, path, **request)
