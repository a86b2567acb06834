"""A service refuses tokens whose session ended, as the gateway tells it; nobody else may tell it that.

Checks S07, S26.
"""

import time
from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI

from shared.auth import ACCESS, FIELD, PARTNER, Authenticator, Principal, access_claims
from shared.pagination import Cursors
from shared.service_tokens import ServiceIdentity, internal_opener
from shared.tokens import PublicKeys, Signer, SigningKey
from shared.web.context import Service, Who
from shared.web.service_app import service_app, strict_router
from tests.shared.conftest import Mechanisms

KEY = SigningKey.fresh("token")
SERVICES = {name: SigningKey.fresh(name) for name in ("gateway", "credit")}

router = strict_router()


@router.get("/v1/who")
async def who_asks(who: Who) -> dict[str, str]:
    return {"name": who.name}


@router.get("/v1/partner/who")
async def which_bank_asks(who: Who) -> dict[str, str]:
    return {"name": who.name}


@pytest.fixture
def app(here: Mechanisms) -> FastAPI:
    service = Service(
        "households",
        here.database,
        Authenticator(PublicKeys({KEY.kid: KEY.public_pem()})),
        internal_opener("households", PublicKeys({name: key.public_pem() for name, key in SERVICES.items()})),
        here.idempotency,
        here.log,
        here.audit,
        Cursors(b"k"),
    )
    return service_app(service, [router], [], "who")


async def ask(app: FastAPI, subject: str, session: str, audience: str = FIELD) -> int:
    bearer = Principal(subject, "张三", frozenset({"cadre"}), {}, f"{session}.1", int(time.time()) + 600)
    token = Signer(KEY).sign(access_claims(bearer, audience=audience, issued_at=int(time.time())), ACCESS)
    path = "/v1/who" if audience == FIELD else "/v1/partner/who"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://who") as client:
        return (await client.get(path, headers={"Authorization": f"Bearer {token}"})).status_code


async def tell(
    app: FastAPI,
    caller: str,
    ended: list[str],
    key: SigningKey | None = None,
    over: httpx.AsyncBaseTransport | None = None,
) -> int:
    identity = ServiceIdentity(caller, lambda: key or SERVICES[caller], "households")
    transport = over or httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://who", auth=identity) as client:
        return (await client.put("/internal/ended", json={"ended": ended})).status_code


async def test_a_token_of_an_ended_session_counts_no_more_and_others_do(app: FastAPI) -> None:
    assert await ask(app, "u1", "session-1") == 200

    assert await tell(app, "gateway", ["session-1"]) == 204

    assert [await ask(app, "u1", session) for session in ("session-1", "session-2")] == [401, 200]


async def test_a_stopped_bank_is_refused_by_its_name(app: FastAPI) -> None:
    await tell(app, "gateway", ["bank-1"])

    assert [await ask(app, bank, "x", PARTNER) for bank in ("bank-1", "bank-2")] == [401, 200]


async def test_what_is_told_last_holds(app: FastAPI) -> None:
    await tell(app, "gateway", ["session-1"])
    await tell(app, "gateway", [])

    assert await ask(app, "u1", "session-1") == 200


async def test_a_gateway_that_stops_in_the_middle_of_telling_is_no_error_of_the_service(app: FastAPI) -> None:
    class Leaves(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            said: list[dict[str, Any]] = []
            heard = iter(({"type": "http.request", "body": b'{"ended":', "more_body": True},))

            async def receive() -> dict[str, Any]:
                return next(heard, {"type": "http.disconnect"})

            async def send(message: MutableMapping[str, Any]) -> None:
                said.append(dict(message))

            scope = {
                "type": "http",
                "method": request.method,
                "path": request.url.path,
                "query_string": b"",
                "headers": [(name.lower(), value) for name, value in request.headers.raw],
            }
            await app(scope, receive, send)
            return httpx.Response(said[0]["status"])

    await tell(app, "gateway", ["session-1"])
    with structlog.testing.capture_logs() as logged:
        assert await tell(app, "gateway", ["session-2"], over=Leaves()) == 400
    assert logged == []
    assert [await ask(app, "u1", session) for session in ("session-1", "session-2")] == [401, 200]


async def test_only_the_gateway_tells_what_ended(app: FastAPI) -> None:
    assert await tell(app, "credit", ["session-1"]) == 403
    assert await tell(app, "gateway", ["session-1"], key=SERVICES["credit"]) == 401
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://who") as client:
        assert (await client.put("/internal/ended", json={"ended": ["session-1"]})).status_code == 401

    assert await ask(app, "u1", "session-1") == 200
