"""One credit application over a database of its own, for the tests of credit; every place in it is a fresh one."""

import itertools
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from bashan.secret_files import ensure_secrets
from migrations.runner import migrate
from services.credit.api.deps import Rooms
from services.credit.clients.households import Households
from services.credit.main import begin, create_app, job_runner
from services.credit.settings import Settings
from services.credit.storage import directory_feed
from shared.auth import FIELD, PARTNER, Principal, access_claims
from shared.change_log import Change
from shared.clock import FixedClock
from shared.db import Connection, Database
from shared.tokens import Signer, SigningKey
from shared.web.context import Service
from tests.builders.database import Urls
from tests.credit.caller import Caller, assert_problem
from tests.credit.days import BANK, NOON, OTHER_BANK, TODAY
from tests.credit.logins import bank, cadre_login, household_login, official, other_login
from tests.credit.told import consent_body, household, pairing, region, use_of_money, veto
from tests.credit.town import Town

__all__ = [
    "BANK",
    "NOON",
    "OTHER_BANK",
    "TODAY",
    "Caller",
    "Town",
    "World",
    "assert_problem",
    "bank",
    "cadre_login",
    "close_world",
    "consent_body",
    "household",
    "household_login",
    "make_world",
    "migrate_credit",
    "official",
    "other_login",
    "pairing",
    "region",
    "rows_of",
    "use_of_money",
    "veto",
]

COUNTY = "511921"
_township, _county = itertools.count(100), itertools.count(30)


async def migrate_credit(urls: Urls) -> None:
    await migrate("credit", urls["credit"].owner)


@dataclass
class World:
    """One credit application over a database of its own. Every `town()` is a fresh place, so tests do not meet."""

    app: FastAPI
    settings: Settings
    jobs_database: Database
    owner_url: str
    # What the households service is to this one: away, unless a test puts something in its place.
    households: httpx.AsyncBaseTransport = field(
        default_factory=lambda: httpx.MockTransport(lambda _: httpx.Response(503))
    )
    _signer: Signer = field(init=False)

    def __post_init__(self) -> None:
        stored = json.loads((self.settings.secrets_dir / "token-signing.json").read_text())
        self._signer = Signer(SigningKey(stored["kid"], stored["private_pem"]))

    @property
    def service(self) -> Service:
        found: Service = self.app.state.service
        return found

    @property
    def rooms(self) -> Rooms:
        found: Rooms = self.app.state.rooms
        return found

    @property
    def database(self) -> Database:
        return self.service.database

    def set_day(self, day: date, hour: int = 12) -> None:
        """That day at that hour in Asia/Shanghai; the fixture `world` sets it back."""
        self.app.state.service = replace(
            self.service, clock=FixedClock(NOON + (day - TODAY) + timedelta(hours=hour - 12))
        )

    def bearer(self, who: Principal) -> dict[str, str]:
        audience = PARTNER if "bank" in who.roles else FIELD
        claims = access_claims(who, audience=audience, issued_at=int(time.time()))
        return {"authorization": f"Bearer {self._signer.sign(claims, 'at+jwt')}"}

    @asynccontextmanager
    async def as_(self, who: Principal) -> AsyncIterator[Caller]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://credit", headers=self.bearer(who)
        ) as client:
            yield Caller(client)

    async def tell(self, *changes: Change) -> None:
        """As if the siblings had said it."""
        async with self.database.transaction() as connection:
            of_cadres = [change for change in changes if change.topic in directory_feed.cadres_subscription().topics]
            await directory_feed.apply_households(connection, [c for c in changes if c not in of_cadres])
            await directory_feed.apply_cadres(connection, of_cadres)

    async def rows(self, sql: str, *parameters: Any) -> list[Any]:
        async with self.database.transaction() as connection:
            return await rows_of(connection, sql, *parameters)

    @asynccontextmanager
    async def owner_transaction(self) -> AsyncIterator[Connection]:
        """As the owner of the schema, who may change tables."""
        database = Database(self.owner_url, pool_size=1)
        try:
            async with database.transaction() as connection:
                yield connection
        finally:
            await database.close()

    async def run_jobs(self) -> None:
        """What the service's own runner does beside it, until nothing waits."""
        async with httpx.AsyncClient(transport=self.households, base_url="http://households") as client:
            while await job_runner(self.jobs_database, Households(client)).run_next():
                pass

    async def county(self, *, townships: int) -> tuple[str, list[Town]]:
        """A county of its own with townships of one village each."""
        code = f"5119{next(_county)}"
        await self.tell(region(code, "county", "county"))
        return code, [await self.town(code=f"{code}{100 + place}") for place in range(townships)]

    async def town(self, *, villages: int = 1, communities: int = 0, code: str | None = None) -> Town:
        code = code or f"{COUNTY}{next(_township)}"
        kinds = ["village"] * villages + ["community"] * communities
        codes = [f"{code}{201 + place}" for place in range(len(kinds))]
        await self.tell(
            region(code, "township", "town"),
            *(region(village, "village", kind) for village, kind in zip(codes, kinds, strict=True)),
        )
        return Town(self, code, codes)


async def make_world(urls: Urls, folder: Path, siblings: Mapping[str, httpx.AsyncBaseTransport] | None = None) -> World:
    settings = Settings(
        database_url=urls["credit"].runtime,
        jobs_database_url=urls["credit"].jobs,
        secrets_dir=ensure_secrets(folder),
        files_dir=folder / "files",
    )
    await begin(settings)
    jobs = Database(settings.jobs_database_url, name="test-jobs")
    app = create_app(settings, siblings)
    # As the gateway tells it.
    app.state.partners = frozenset({BANK, OTHER_BANK})
    world = World(app, settings, jobs, urls["credit"].owner)
    world.set_day(TODAY)
    return world


async def close_world(world: World) -> None:
    await world.database.close()
    await world.jobs_database.close()


async def rows_of(connection: Connection, sql: str, *parameters: Any) -> list[Any]:
    return [tuple(row) for row in await connection.exec_driver_sql(sql, parameters)]
