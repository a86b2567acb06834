"""The front as an ASGI application: what it starts with, and how its places are taken."""

import asyncio
import threading
import time
from typing import Any

import httpx
import pytest

from services.gateway.api.doors import Limits
from services.gateway.api.forward import Forwarder
from services.gateway.clients.asgi_upstream import AsgiUpstream
from services.gateway.clients.upstream import Receive, Scope, Send
from services.gateway.domain.route_table import RouteTable
from tests.builders.front import (
    ROWS,
    TOKEN,
    Someone,
    ask,
    authenticate,
    front,
    serving,
)
from tests.builders.sibling import service


async def test_the_front_is_an_ordinary_asgi_app_too() -> None:
    app = front(AsgiUpstream("households", service()))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        allowed = await client.get("/v1/households/7", headers={"Authorization": TOKEN})
        refused = await client.get("/v1/households/7")
        head = await client.head("/v1/households/7", headers={"Authorization": TOKEN})
    assert (allowed.status_code, refused.status_code, head.status_code) == (200, 401, 200)
    assert head.content == b""


async def test_start_and_stop_go_to_the_app_that_has_a_lifespan() -> None:
    heard: list[str] = []

    async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
        del receive, send
        heard.append(scope["type"])

    app = front(AsgiUpstream("households", service()), lifespan=lifespan)
    await app({"type": "lifespan"}, asyncio.Queue[Any]().get, asyncio.Queue[Any]().put)
    assert heard == ["lifespan"]


def test_a_row_whose_service_has_no_upstream_is_noticed_at_the_start() -> None:
    with pytest.raises(ValueError, match="no upstream for households"):
        Forwarder(RouteTable(ROWS), {}, authenticate)


async def test_requests_that_come_in_the_same_moment_take_their_places_one_after_the_other() -> None:
    hold = threading.Event()

    async def held(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await asyncio.to_thread(hold.wait, 5)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    stuck = threading.Event()

    def wait_first(authorization: bytes) -> Someone:
        """Holds the whole front up once, so that the requests behind the first are read in one go."""
        if not stuck.is_set():
            stuck.set()
            time.sleep(0.3)
        return authenticate(authorization)

    app = front(AsgiUpstream("households", held), limits=Limits(in_flight=10), authenticate=wait_first)
    with serving(app) as port:
        asking = [asyncio.ensure_future(ask(port)) for _ in range(20)]
        await asyncio.sleep(0.6)
        hold.set()
        statuses = sorted([answer.status for answer in await asyncio.gather(*asking)])
    assert statuses == [204] * 8 + [503] * 12
