"""The whole gateway over a real database, with invented siblings behind it and the WeChat stand-in beside it."""

import io
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import orjson
from cryptography.hazmat.primitives import serialization

from bashan.secret_files import ensure_secrets
from migrations.runner import migrate
from services.gateway.api.deps import Rooms
from services.gateway.clients.asgi_upstream import AsgiUpstream
from services.gateway.clients.upstream import Receive, Scope, Send
from services.gateway.main import SIBLINGS, Gateway, create_app
from services.gateway.settings import Settings
from services.gateway.use_cases.save_partner import save_partner
from services.gateway.use_cases.save_user import save_user
from shared.auth import ACCESS, FIELD, ISSUER
from shared.clock import FixedClock
from shared.tokens import SigningKey
from tests.builders.database import Urls

PASSWORD = "correct horse 竹篮打水"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Sibling:
    """A service behind the gateway: says what reached it, is there or is not, has a small document.

    `answers`: path → what it says to a body.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.is_ready = True
        self.asked: list[str] = []
        self.told_ended: list[str] = []
        self.answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/internal/ended":
            self.told_ended = orjson.loads((await receive())["body"])["ended"]
        else:
            self.asked.append(scope["path"])
        if scope["path"] in self.answers and self.is_ready:
            status, answer = 200, self.answers[scope["path"]](orjson.loads((await receive())["body"]))
        else:
            status, answer = self._answer(scope)
        body = orjson.dumps(answer)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, scope: Scope) -> tuple[int, Any]:
        headers = dict(scope["headers"])
        if not self.is_ready:
            return 503, {}
        if scope["path"] == "/internal/openapi.json":
            return (200, self.document) if headers.get(b"authorization", b"").startswith(b"Bearer ") else (401, {})
        return 200, {"path": scope["path"]}


@dataclass
class House:
    """`client` calls the gateway as an app at 203.0.113.7 does. `access_log` is what would go to standard error."""

    app: Gateway
    client: httpx.AsyncClient
    clock: FixedClock
    siblings: dict[str, Sibling]
    secrets_dir: Path
    access_log: io.BytesIO

    @property
    def rooms(self) -> Rooms:
        rooms: Rooms = self.app.own.state.rooms
        return rooms

    @property
    def signing_key(self) -> SigningKey:
        stored = orjson.loads((self.secrets_dir / "token-signing.json").read_bytes())
        return SigningKey(stored["kid"], stored["private_pem"])

    def at(self, address: str, user_agent: str = "app/1") -> httpx.AsyncClient:
        """A caller elsewhere."""
        transport = httpx.ASGITransport(self.app, client=(address, 4000))
        return httpx.AsyncClient(transport=transport, base_url="http://gateway", headers={"User-Agent": user_agent})

    async def rows(self, sql: str) -> list[Any]:
        async with self.rooms.desk.database.transaction() as connection:
            return list((await connection.exec_driver_sql(sql)).all())

    async def user(self, username: str = "clerk", **fields: Any) -> UUID:
        fields = {"name": "王主任", "password": PASSWORD, "grants": {"county_official": ["511921"]}} | fields
        desk = self.rooms.desk
        async with desk.database.transaction() as connection:
            return await save_user(connection, desk.passwords, username=username, now=self.clock.now(), **fields)

    async def log_in(
        self, username: str = "clerk", password: str = PASSWORD, client: httpx.AsyncClient | None = None
    ) -> httpx.Response:
        body = {"username": username, "password": password}
        return await (client or self.client).post("/v1/auth/password", json=body)

    async def refresh(self, token: str, client: httpx.AsyncClient | None = None) -> httpx.Response:
        return await (client or self.client).post("/v1/auth/refresh", json={"refresh_token": token})

    async def me(self, token: str) -> httpx.Response:
        return await self.client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})

    async def bank(self, client_id: str = "bank-1", status: str = "active") -> SigningKey:
        """A bank with one key, whose private half it is given."""
        key = SigningKey.fresh("bank-key-1")
        async with self.rooms.desk.database.transaction() as connection:
            await save_partner(
                connection,
                client_id=client_id,
                name="通江农商银行",
                keys={key.kid: key.public_pem()},
                status=status,
                now=self.clock.now(),
            )
        return key

    async def fetch_token(self, assertion: str, **fields: str) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        }
        return await self.client.post("/v1/oauth/token", data=form | fields)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """What a sound access token of a county official says; a change to None leaves the claim out."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": FIELD,
            "sub": str(uuid4()),
            "jti": f"{uuid4()}.{uuid4()}",
            "iat": now,
            "exp": now + 600,
            "name": "王主任",
            "grants": [["county_official", "511921"]],
        }
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def signed(self, claims: Mapping[str, Any], **header: Any) -> str:
        """Signed by PyJWT with the gateway's own key; a header changed to None is left out."""
        key = self.signing_key
        fields = {"kid": key.kid, "typ": ACCESS} | header
        return jwt.encode(dict(claims), key.private_pem, "ES256", headers=fields)


def assertion(key: SigningKey, client_id: str = "bank-1", **changes: Any) -> str:
    """A bank's assertion as its own library makes it; a change to None leaves the claim out."""
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": "http://127.0.0.1:8000/v1/oauth/token",
        "iat": now,
        "exp": now + 60,
        "jti": str(uuid4()),
    } | changes
    present = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(present, key.private_pem, "ES256", headers={"kid": key.kid})


def signed_by_hand(key: SigningKey, header: bytes, claims: Mapping[str, Any]) -> str:
    """A sound ES256 signature under any header, which no library would write."""
    signed = f"{b64(header)}.{b64(orjson.dumps(claims))}"
    private = serialization.load_pem_private_key(key.private_pem.encode(), None)
    return f"{signed}.{b64(jwt.get_algorithm_by_name('ES256').sign(signed.encode(), private))}"


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


async def migrate_gateway(urls: Urls) -> None:
    await migrate("gateway", urls["gateway"].owner)


@asynccontextmanager
async def house(urls: Urls, folder: Path, **settings: Any) -> AsyncIterator[House]:
    secrets_dir = ensure_secrets(folder)
    fields: dict[str, Any] = {"demonstration": True} | settings
    own = Settings(
        database_url=urls["gateway"].runtime,
        jobs_database_url=urls["gateway"].jobs,
        secrets_dir=secrets_dir,
        files_dir=folder,
        **fields,
    )
    siblings = {name: Sibling(document_of(name)) for name in SIBLINGS}
    access_log = io.BytesIO()
    clock = FixedClock(datetime.now(UTC).replace(microsecond=0))
    app = create_app(
        own,
        {name: AsgiUpstream(name, sibling) for name, sibling in siblings.items()},
        {name: httpx.ASGITransport(sibling) for name, sibling in siblings.items()},
        clock=clock,
        log_stream=access_log,
    )
    made = House(app, httpx.AsyncClient(), clock, siblings, secrets_dir, access_log)
    async with app.own.router.lifespan_context(app.own), made.at("203.0.113.7") as client:
        made.client = client
        yield made


def document_of(name: str) -> dict[str, Any]:
    """A sibling's document: one route of its own; each sibling means another shape by `ReasonOut`."""
    path = {
        "households": "/v1/regions/{code}",
        "cadres": "/v1/villages/{code}/posts",
        "credit": "/v1/credit/villages/{code}/grade",
    }[name]
    reason = {"type": "object", "properties": {f"{name}_code": {"type": "string"}}}
    answer = {"schema": {"$ref": "#/components/schemas/ReasonOut"}}
    operation = {
        "operationId": f"read_{name}",
        "parameters": [{"name": "code", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {
            "200": {"description": "ok", "content": {"application/json": answer}},
            "422": {
                "description": "Validation Error",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/HTTPValidationError"}}},
            },
        },
    }
    return {
        "openapi": "3.1.0",
        "paths": {path: {"get": operation}, f"/v1/{name}/not-in-the-policy": {"get": operation}},
        "components": {"schemas": {"ReasonOut": reason, "HTTPValidationError": {"type": "object"}}},
    }


def later(house_: House, **step: float) -> None:
    house_.clock.at += timedelta(**step)
