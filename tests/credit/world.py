"""A small world for the credit service: places, people and helpers as the feeds tell them, files, grades, tokens."""

import itertools
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from bashan.secret_files import ensure_secrets
from migrations.runner import migrate
from services.credit.api.deps import Rooms
from services.credit.clients.households import Households
from services.credit.domain.loan_balance import Loan
from services.credit.main import begin, create_app, job_runner
from services.credit.settings import Settings
from services.credit.storage import directory_feed
from services.credit.storage.bulk_files import write_new
from services.credit.use_cases.score_place import confirm_run, order_run, score_place
from shared.auth import FIELD, PARTNER, Principal, access_claims
from shared.change_log import Change
from shared.clock import FixedClock
from shared.db import Connection, Database
from shared.ids import new_id
from shared.jobs import Progress
from shared.tokens import Signer, SigningKey
from shared.web.context import Service
from tests.builders.database import Urls
from tests.builders.token_life import ONE_DAY
from tests.builders.worked_cases import H1

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
COUNTY = "511921"
BANK, OTHER_BANK = "bank-one", "bank-two"
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
    async def as_(self, who: Principal) -> AsyncIterator["Caller"]:
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

    async def county(self, *, townships: int) -> tuple[str, list["Town"]]:
        """A county of its own with townships of one village each."""
        code = f"5119{next(_county)}"
        await self.tell(region(code, "county", "county"))
        return code, [await self.town(code=f"{code}{100 + place}") for place in range(townships)]

    async def town(self, *, villages: int = 1, communities: int = 0, code: str | None = None) -> "Town":
        code = code or f"{COUNTY}{next(_township)}"
        kinds = ["village"] * villages + ["community"] * communities
        codes = [f"{code}{201 + place}" for place in range(len(kinds))]
        await self.tell(
            region(code, "township", "town"),
            *(region(village, "village", kind) for village, kind in zip(codes, kinds, strict=True)),
        )
        return Town(self, code, codes)


@dataclass
class Town:
    world: World
    code: str
    villages: list[str]

    @property
    def village(self) -> str:
        return self.villages[0]

    @property
    def official(self) -> Principal:
        return official("township_official", self.code)

    @property
    def orderer(self) -> Principal:
        return official("city_official", "5119", "city-1")

    @property
    def confirmer(self) -> Principal:
        return official("city_official", "5119", "city-2")

    async def household(
        self,
        facts: Mapping[str, Any] | None = H1,
        *,
        village: str | None = None,
        vetoes: Sequence[str] = (),
        id_number: str | None = None,
    ) -> UUID:
        """With a credit file of these facts, unless they are None."""
        return (await self.households(1, facts, village=village, vetoes=vetoes, id_number=id_number))[0]

    async def households(
        self,
        number: int,
        facts: Mapping[str, Any] | None = H1,
        *,
        village: str | None = None,
        vetoes: Sequence[str] = (),
        id_number: str | None = None,
        poor: bool = False,
    ) -> list[UUID]:
        ids, place = [new_id() for _ in range(number)], village or self.village
        index = [] if id_number is None else [self.world.rooms.cipher.blind_index("identity", id_number).hex()]
        await self.world.tell(*(household(one, place, poor=poor, identities=index) for one in ids))
        if facts is not None:
            file = {"village_code": place, "facts": dict(facts), "source": "test", "entered_by": "test", "version": 1}
            standing = [
                {"household_id": one, "veto_id": new_id(), **veto(code)}
                for one in ids
                for code in dict.fromkeys(vetoes)
            ]
            async with self.world.database.transaction() as connection:
                await write_new(connection, [{"household_id": one, **file} for one in ids], standing, [], [], [])
        return ids

    async def loans(self, borrowers: Sequence[tuple[UUID, Mapping[str, Any]]], village: str | None = None) -> None:
        """Loans as they stand now: 10,000.00 yuan, of which 8,000.00 are still owed, unless told otherwise."""
        rows = []
        for household_id, given in borrowers:
            loan = replace(Loan("P2", 10_000_00, 8_000_00, date(2026, 1, 5), 0, date(2026, 10, 1), None, 1), **given)
            row = {"household_id": household_id, "partner_id": BANK, "loan_number": str(new_id())}
            row |= {"village_code": village or self.village}
            rows.append(row | {name: getattr(loan, name) for name in Loan.__slots__})
        async with self.world.database.transaction() as connection:
            await write_new(connection, [], [], [], rows, [])

    async def score(self, region_code: str | None = None, **given: Any) -> UUID:
        """A finished run, ordered by a city official and not confirmed."""
        run_id, jobs = new_id(), self.world.rooms.jobs
        order = {"card_id": "rural-household", "as_of": TODAY, "ordered_by": self.orderer.subject, **given}
        async with self.world.database.transaction() as connection:
            await order_run(connection, jobs, run_id=run_id, region=region_code or self.code, **order)
            await jobs.hold(connection, run_id)
        await score_place(self.world.jobs_database, run_id, Progress())
        return run_id

    async def take_over(self, region_code: str | None = None) -> UUID:
        """Scores the town and puts its grades in effect."""
        run_id = await self.score(region_code)
        async with self.world.database.transaction() as connection:
            await confirm_run(connection, run_id, self.confirmer.subject, FixedClock(NOON))
        return run_id

    async def consent(self, household_id: UUID, **given: Any) -> UUID:
        """A live consent to the bank, by the household itself; one that is over by now was given on its first day."""
        body = consent_body(household_id, **given)
        over = date.fromisoformat(body["valid_to"]) < TODAY
        if over:
            self.world.set_day(date.fromisoformat(body["valid_from"]))
        async with self.world.as_(household_login(household_id)) as caller:
            made = await caller.post("/v1/credit/consents", body)
        if over:
            self.world.set_day(TODAY)
        assert made.status_code == 201, made.text
        return UUID(made.json()["consent_id"])


@dataclass
class Caller:
    client: httpx.AsyncClient

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(path, params=params)

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> httpx.Response:
        sent = {"idempotency-key": key or str(new_id())}
        return await self.client.post(path, json=body, headers=sent)

    async def post_text(self, path: str, text: str | bytes, **headers: str) -> httpx.Response:
        sent = {"idempotency-key": str(new_id()), "content-type": "application/json", **headers}
        return await self.client.post(path, content=text, headers=sent)

    async def put(self, path: str, body: dict[str, Any], version: int | None = None) -> httpx.Response:
        """Version 0 begins, None says nothing of a version."""
        headers = {} if version is None else {"if-match": f'"v{version}"'} if version else {"if-none-match": "*"}
        return await self.client.put(path, json=body, headers=headers)


def _away(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(503)


def region(code: str, level: str, kind: str, **more: Any) -> Change:
    parent = code[:9] if level == "village" else code[:6]
    payload = {"name": f"地{code[-3:]}", "level": level, "kind": kind, "parent": parent, "poor_village": False}
    payload |= {"ended_on": None, "successor": None, **more}
    return Change("region", code, payload)


def household(
    household_id: UUID, village: str, *, poor: bool = False, identities: Sequence[str] = (), **more: Any
) -> Change:
    payload = {
        "village_code": village,
        "head": "李**",
        "people": 4,
        "identities": list(identities),
        "registered_poor": poor,
        "monitored": False,
        "closed": False,
        "demonstration": False,
        **more,
    }
    return Change("household", str(household_id), payload)


def pairing(household_id: UUID, cadre_id: UUID | None) -> Change:
    return Change("pairing", str(household_id), {"cadre_id": cadre_id and str(cadre_id), "cadre_name": "王芳"})


def use_of_money(household_id: UUID, village: str, *, as_agreed: bool, **more: Any) -> Change:
    """What a visit said, as the cadres service tells it; the same key is the same finding."""
    told = {
        "household_id": str(household_id),
        "village_code": village,
        "visited_on": "2026-11-20",
        "visited_by": "cadre-1",
        "as_agreed": as_agreed,
        "loan_number": None,
    }
    return Change("use_of_money", str(more.pop("key", new_id())), told | more)


def veto(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "evidence": "判决书",
        "source": "法院",
        "opened_on": date(2026, 1, 1),
        "expires_on": None,
        "cleared_on": None,
        "entered_by": "test",
    }


def consent_body(household_id: UUID, **given: Any) -> dict[str, Any]:
    return {
        "household_id": str(household_id),
        "partner_id": BANK,
        "purposes": ["loan_review"],
        "fields": ["grade", "validity", "reasons"],
        "valid_from": TODAY.isoformat(),
        "valid_to": (TODAY + timedelta(days=365)).isoformat(),
        "written": True,
        **given,
    }


def official(role: str, scope: str, subject: str = "official-1") -> Principal:
    return _principal(subject, {role: (scope,)})


def cadre_login(cadre_id: UUID) -> Principal:
    return replace(_principal("cadre-1", {"cadre": ()}), cadre_id=str(cadre_id), name="王芳")


def household_login(household_id: UUID) -> Principal:
    return replace(_principal(f"household-{household_id}", {"household": ()}), household_id=str(household_id))


def bank(partner_id: str = BANK, name: str = "示范银行") -> Principal:
    return replace(_principal(partner_id, {"bank": ()}), partner_id=partner_id, name=name)


def other_login(role: str) -> Principal:
    return _principal("other-1", {role: ("5119",)})


def _principal(subject: str, scopes: dict[str, tuple[str, ...]]) -> Principal:
    return Principal(subject, "张三", frozenset(scopes), scopes, str(new_id()), int(time.time()) + ONE_DAY)


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


def assert_problem(reply: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The one shape of an error, never to be kept by a cache; its body."""
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json"), reply.text
    assert reply.headers["cache-control"] == "no-store"
    body: dict[str, Any] = reply.json()
    assert {"type", "title", "detail", "instance", "request_id", "retryable", "errors"} <= set(body)
    assert (body["status"], body["code"]) == (status, code), body
    assert body["message"].endswith("。")
    return body
