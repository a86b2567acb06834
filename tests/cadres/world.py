"""A small world for the cadres service: places and households as the feed tells them, units, cadres, tokens."""

import itertools
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from bashan.secret_files import ensure_secrets
from migrations.runner import migrate
from services.cadres.domain.cadre import Cadre, Rank
from services.cadres.domain.posting import Posting, TeamMember
from services.cadres.domain.unit import Unit
from services.cadres.main import create_app, job_runner
from services.cadres.settings import Settings
from services.cadres.storage import households_feed
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.use_cases.load_cadres import load_cadres
from shared.auth import FIELD, Principal, access_claims
from shared.change_log import Change, ChangeLog
from shared.clock import FixedClock
from shared.db import Connection, Database
from shared.ids import new_id
from shared.tokens import Signer, SigningKey
from shared.web.context import Service
from tests.builders.database import Urls
from tests.builders.token_life import ONE_DAY

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
COUNTY = "511921"
_township = itertools.count(100)


async def migrate_cadres(urls: Urls) -> None:
    await migrate("cadres", urls["cadres"].owner)


@dataclass
class World:
    """One cadres application over a database of its own. Every `town()` is a fresh place, so tests do not meet."""

    app: FastAPI
    secrets_dir: Path
    jobs_database: Database
    _signer: Signer = field(init=False)

    def __post_init__(self) -> None:
        stored = json.loads((self.secrets_dir / "token-signing.json").read_text())
        self._signer = Signer(SigningKey(stored["kid"], stored["private_pem"]))

    @property
    def service(self) -> Service:
        found: Service = self.app.state.service
        return found

    @property
    def database(self) -> Database:
        return self.service.database

    @property
    def change_log(self) -> ChangeLog:
        return self.service.change_log

    @property
    def cadres(self) -> CadreRepository:
        found: CadreRepository = self.app.state.rooms.cadres
        return found

    def transport(self) -> httpx.ASGITransport:
        return httpx.ASGITransport(self.app)

    def bearer(self, who: Principal) -> dict[str, str]:
        claims = access_claims(who, audience=FIELD, issued_at=int(time.time()))
        return {"authorization": f"Bearer {self._signer.sign(claims, 'at+jwt')}"}

    @asynccontextmanager
    async def as_(self, who: Principal) -> AsyncIterator["Caller"]:
        async with httpx.AsyncClient(
            transport=self.transport(), base_url="http://cadres", headers=self.bearer(who)
        ) as client:
            yield Caller(client)

    async def tell(self, *changes: Change) -> None:
        """As if the households service had said it."""
        async with self.database.transaction() as connection:
            await households_feed.apply(connection, changes)

    async def town(self, *, poor_villages: int = 1, other_villages: int = 0) -> "Town":
        code = f"{COUNTY}{next(_township)}"
        villages = [f"{code}{201 + i}" for i in range(poor_villages + other_villages)]
        await self.tell(
            region(code, "township", poor=False),
            *(region(village, "village", poor=i < poor_villages) for i, village in enumerate(villages)),
        )
        unit = Unit(new_id(), "龙凤场镇人民政府", "township", "government_unit", code)
        town = Town(self, code, villages, unit)
        await self.load(units=[unit])
        return town

    async def run_jobs(self) -> None:
        """What the service's own runner does beside it, until nothing waits."""
        rooms = self.app.state.rooms
        runner = job_runner(self.jobs_database, self.service, rooms.policies, rooms.cadres, rooms.uploads)
        while await runner.run_next():
            pass

    async def close(self) -> None:
        await self.database.close()
        await self.jobs_database.close()

    async def load(self, **what: Any) -> None:
        async with self.database.transaction() as connection:
            await load_cadres(connection, self.cadres, self.change_log, **what)


@dataclass
class Town:
    world: World
    code: str
    villages: list[str]
    unit: Unit

    @property
    def village(self) -> str:
        return self.villages[0]

    @property
    def official(self) -> Principal:
        return official("township_official", self.code)

    @property
    def colleague(self) -> Principal:
        """A second official of the place."""
        return official("township_official", self.code, "official-2")

    async def cadre(self, rank: Rank = "staff", **more: Any) -> Cadre:
        values: dict[str, Any] = {"region_code": self.code, "valid_from": date(2024, 1, 1), "name": "王芳"} | more
        cadre = Cadre(new_id(), values.pop("unit_id", self.unit.unit_id), rank=rank, **values)
        await self.world.load(cadres=[cadre])
        return cadre

    async def household(self, *, poor: bool = True, village: str | None = None) -> UUID:
        household_id = new_id()
        await self.world.tell(household(household_id, village or self.village, poor=poor))
        return household_id

    async def team(self, size: int = 3) -> tuple[TeamMember, ...]:
        leader = await self.cadre("deputy_section_head", name="队长")
        others = [await self.cadre(name=f"队员{i}") for i in range(size - 1)]
        roles = ["mid_level", "township", *["member"] * size]
        return (
            TeamMember(leader.cadre_id, "leader"),
            *(TeamMember(c.cadre_id, role) for c, role in zip(others, roles, strict=False)),  # type: ignore[arg-type] # roles are literals of the domain
        )

    def posting(self, kind: str, started_on: date = date(2025, 3, 1), **more: Any) -> Posting:
        return Posting(new_id(), more.pop("village", self.village), kind, started_on, **more)  # type: ignore[arg-type] # kinds are literals of the domain


@dataclass
class Caller:
    client: httpx.AsyncClient

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(path, params=params)

    async def post(self, path: str, body: dict[str, Any], *, key: str | None = None, **headers: str) -> httpx.Response:
        sent = {"idempotency-key": key or str(new_id()), **headers}
        return await self.client.post(path, json=body, headers=sent)

    async def step(self, thing: str, verb: str, body: dict[str, Any]) -> httpx.Response:
        """As a good client takes one: on what it has just read, and on nothing younger."""
        seen = await self.client.get(thing)
        return await self.post(f"{thing}/{verb}", body, **{"if-match": seen.headers.get("etag", '"v1"')})

    async def put(self, path: str, body: dict[str, Any], version: int) -> httpx.Response:
        return await self.client.put(path, json=body, headers={"if-match": f'"v{version}"'})


def region(code: str, level: str, *, poor: bool) -> Change:
    kind = "village" if level == "village" else "town"
    parent = code[:9] if level == "village" else code[:6]
    payload = {"name": f"地{code[-3:]}", "level": level, "kind": kind, "parent": parent, "poor_village": poor}
    return Change("region", code, payload)


def household(household_id: UUID, village: str, *, poor: bool, head: str = "李**") -> Change:
    payload = {
        "village_code": village,
        "head": head,
        "people": 4,
        "registered_poor": poor,
        "monitored": False,
        "demonstration": False,
    }
    return Change("household", str(household_id), payload)


def official(role: str, scope: str, subject: str = "official-1") -> Principal:
    return _principal(subject, {role: (scope,)})


def cadre_login(cadre: Cadre) -> Principal:
    return replace(_principal("cadre-1", {"cadre": ()}), cadre_id=str(cadre.cadre_id))


def household_login(household_id: UUID) -> Principal:
    return replace(_principal("household-1", {"household": ()}), household_id=str(household_id))


def other_login(role: str) -> Principal:
    return _principal("other-1", {role: ("5119",)})


def _principal(subject: str, scopes: dict[str, tuple[str, ...]]) -> Principal:
    return Principal(subject, "张三", frozenset(scopes), scopes, str(new_id()), int(time.time()) + ONE_DAY)


def make_world(urls: Urls, folder: Path, siblings: Mapping[str, httpx.AsyncBaseTransport] | None = None) -> World:
    secrets_dir = ensure_secrets(folder)
    settings = Settings(
        database_url=urls["cadres"].runtime,
        jobs_database_url=urls["cadres"].jobs,
        secrets_dir=secrets_dir,
        files_dir=folder / "files",
    )
    app = create_app(settings, siblings)
    app.state.service = replace(app.state.service, clock=FixedClock(NOON))
    return World(app, secrets_dir, Database(settings.jobs_database_url, pool_size=3, name="test-jobs"))


async def rows_of(connection: Connection, sql: str, *parameters: Any) -> list[Any]:
    return [tuple(row) for row in await connection.exec_driver_sql(sql, parameters)]
