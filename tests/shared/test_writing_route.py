"""A writing route: one transaction, one effect per key, and nobody is told of what did not commit."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.auth import ACCESS, FIELD, Authenticator, Principal, access_claims
from shared.db import Database
from shared.errors import Conflict
from shared.pagination import Cursors
from shared.service_tokens import internal_opener
from shared.tokens import PublicKeys, Signer, SigningKey
from shared.web.context import Connection, Service
from shared.web.fields import Input, ShortText
from shared.web.route import takes_file
from shared.web.service_app import service_app, strict_router
from shared.web.upload import read_form
from tests.shared.conftest import Mechanisms

KEY = SigningKey.fresh("test")
WHO = Principal("u1", "张三", frozenset({"cadre"}), {"cadre": ("5119",)}, "t1", int(time.time()) + 600)


class NoteIn(Input):
    text: ShortText


class NoteRefused(Conflict):
    code = "note_refused_in_a_test"


router = strict_router()


@router.post("/v1/notes", status_code=201)
async def write_note(body: NoteIn, connection: Connection) -> dict[str, str]:
    await connection.execute(text("INSERT INTO notes VALUES (:text)"), {"text": body.text})
    if body.text == "refuse":
        raise NoteRefused
    if body.text == "slow":
        await asyncio.sleep(0.3)
    return {"text": body.text}


@router.post("/v1/photos", status_code=201)
@takes_file(100_000)
async def keep_photo(request: Request) -> dict[str, int]:
    return {"bytes": len((await read_form(request)).content)}


@router.get("/v1/notes")
async def read_notes(connection: Connection) -> dict[str, list[str]]:
    await connection.execute(text("INSERT INTO notes VALUES ('looked')"))
    return {"items": [row[0] for row in await connection.execute(text("SELECT text FROM notes"))]}


@router.get("/v1/refused-notes")
async def refuse_notes(connection: Connection) -> None:
    await connection.execute(text("INSERT INTO notes VALUES ('looked')"))
    raise NoteRefused


@pytest.fixture
async def app(here: Mechanisms) -> FastAPI:
    owner = create_async_engine(here.urls["households"].owner)
    async with owner.begin() as connection:
        await connection.execute(text("CREATE TABLE notes (text text)"))
    await owner.dispose()
    public = PublicKeys({KEY.kid: KEY.public_pem()})
    service = Service(
        "households",
        here.database,
        Authenticator(public),
        internal_opener("households", public),
        here.idempotency,
        here.log,
        here.audit,
        Cursors(b"k"),
    )
    return service_app(service, [router], [], "notes")


@asynccontextmanager
async def caller(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    token = Signer(KEY).sign(access_claims(WHO, audience=FIELD, issued_at=int(time.time())), ACCESS)
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://notes", headers=headers
    ) as client:
        yield client


async def notes(here: Mechanisms) -> list[str]:
    async with here.database.transaction() as connection:
        return [row[0] for row in await connection.execute(text("SELECT text FROM notes ORDER BY text"))]


async def write(client: httpx.AsyncClient, note: str, key: str = "key-1") -> httpx.Response:
    return await client.post("/v1/notes", json={"text": note}, headers={"Idempotency-Key": key})


async def test_the_same_key_has_one_effect_and_gives_the_same_answer_again(app: FastAPI, here: Mechanisms) -> None:
    async with caller(app) as client:
        first, again = await write(client, "a"), await write(client, "a")
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, {"text": "a"})
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await notes(here) == ["a"]


async def test_the_same_key_for_something_else_is_refused(app: FastAPI, here: Mechanisms) -> None:
    async with caller(app) as client:
        await write(client, "a")
        other = await write(client, "b")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await notes(here) == ["a"]


async def test_without_a_key_nothing_is_written(app: FastAPI, here: Mechanisms) -> None:
    async with caller(app) as client:
        reply = await client.post("/v1/notes", json={"text": "a"})
    assert (reply.status_code, reply.json()["code"]) == (400, "idempotency_key_missing")
    assert await notes(here) == []


async def test_fifty_at_once_with_one_key_have_one_effect(app: FastAPI, here: Mechanisms) -> None:
    async with caller(app) as client:
        replies = await asyncio.gather(*(write(client, "slow") for _ in range(8)))
        assert {reply.status_code for reply in replies} <= {201, 409}
        assert any(reply.status_code == 201 for reply in replies)
        for reply in replies:
            if reply.status_code == 409:
                assert reply.json()["code"] == "still_running"
                assert reply.json()["retryable"]
        assert (await write(client, "slow")).status_code == 201
    assert await notes(here) == ["slow"]


async def test_a_refused_write_leaves_nothing_and_its_key_stays_free(app: FastAPI, here: Mechanisms) -> None:
    async with caller(app) as client:
        assert (await write(client, "refuse")).status_code == 409
        assert await notes(here) == []
        assert (await write(client, "a")).status_code == 201


async def test_a_read_that_is_refused_keeps_no_look(app: FastAPI, here: Mechanisms) -> None:
    async with caller(app) as client:
        reply = await client.get("/v1/refused-notes")
    assert reply.status_code == 409
    assert await notes(here) == []


async def test_a_commit_that_fails_is_not_reported_as_done(
    app: FastAPI, here: Mechanisms, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object) -> None:
        raise ConnectionError("the line broke at the commit")

    async with caller(app) as client:
        monkeypatch.setattr("sqlalchemy.engine.base.Connection._commit_impl", broken)
        written, looked = await write(client, "a"), await client.get("/v1/notes")
        monkeypatch.undo()
    for reply in (written, looked):
        assert (reply.status_code, reply.json()["code"]) == (503, "database_unavailable")
        assert reply.headers["retry-after"]
    assert await notes(here) == []


async def test_nobody_gets_in_without_a_token(app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notes") as client:
        reply = await client.get("/v1/notes")
        assert (reply.status_code, reply.json()["code"]) == (401, "not_identified")
        assert (await client.get("/internal/changes?topics=a")).status_code == 401


@pytest.mark.parametrize(
    ("path", "code"),
    [("/v1/notes?x=1", "parameter_unknown"), ("/v1/none", "route_unknown")],
)
async def test_what_is_not_there_is_said(app: FastAPI, path: str, code: str) -> None:
    async with caller(app) as client:
        reply = await client.get(path)
    assert reply.json()["code"] == code
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["x-request-id"] == reply.json()["request_id"]


async def test_an_unknown_field_is_400_and_its_name_is_not_shown(app: FastAPI) -> None:
    async with caller(app) as client:
        reply = await client.post(
            "/v1/notes", json={"text": "a", "511921199001011234": 1}, headers={"Idempotency-Key": "k"}
        )
    assert (reply.status_code, reply.json()["code"]) == (400, "field_unknown")
    assert "511921199001011234" not in reply.text


async def test_an_unknown_field_is_named_so_that_it_can_be_found(app: FastAPI) -> None:
    async with caller(app) as client:
        reply = await client.post("/v1/notes", json={"text": "a", "colour": 1}, headers={"Idempotency-Key": "k"})
    assert [(error["pointer"], error["code"]) for error in reply.json()["errors"]] == [("/colour", "field_unknown")]


async def test_a_body_above_a_megabyte_is_refused_while_it_comes(app: FastAPI) -> None:
    async with caller(app) as client:
        reply = await client.post(
            "/v1/notes", content=b" " * 2_000_000, headers={"Idempotency-Key": "k", "content-type": "application/json"}
        )
    assert (reply.status_code, reply.json()["code"]) == (413, "body_too_large")


async def test_a_database_that_is_away_is_known_to_be() -> None:
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:9/none")
    assert not await away.ping()
    await away.close()


async def test_a_file_is_counted_while_it_comes_and_only_where_one_is_taken(app: FastAPI) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(1000):
            sent += 100_000
            yield bytes(100_000)

    form = {"idempotency-key": "endless-1", "content-type": "multipart/form-data; boundary=x"}
    async with caller(app) as client:
        reply = await client.post("/v1/photos", content=endless(), headers=form)
        assert (reply.status_code, reply.json()["code"]) == (413, "body_too_large")
        assert sent < 500_000
        fits = await client.post("/v1/photos", files={"file": bytes(99_000)}, headers={"idempotency-key": "fits-1"})
        assert (fits.status_code, fits.json()) == (201, {"bytes": 99_000})
        reply = await client.post("/v1/notes", files={"file": bytes(1_100_000)}, headers={"idempotency-key": "note-1"})
        assert (reply.status_code, reply.json()["code"]) == (413, "body_too_large")
