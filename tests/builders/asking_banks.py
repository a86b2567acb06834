"""Banks that ask for grades, with the settings that a test gives them and what credit counts of their queries."""

from typing import Any

import httpx

from services.gateway.clients.asgi_upstream import AsgiUpstream
from services.gateway.clients.upstream import Receive, Scope, Send
from services.gateway.use_cases.save_partner import change_partner
from shared.tokens import SigningKey
from tests.builders.gateway_house import House, Sibling, assertion

QUERY = "/v1/partner/grades/query"


async def partner(gateway: House, client_id: str = "bank-1", **changes: Any) -> dict[str, str]:
    """A bank with these settings; the headers of its requests."""
    key = await gateway.bank(client_id)
    await change(gateway, client_id, **changes)
    return await headers_of(gateway, key, client_id)


async def change(gateway: House, client_id: str = "bank-1", **changes: Any) -> None:
    async with gateway.rooms.desk.database.transaction() as connection:
        await change_partner(connection, client_id, now=gateway.clock.now(), **changes)
    await gateway.rooms.self_test.book.read()


async def headers_of(gateway: House, key: SigningKey, client_id: str = "bank-1") -> dict[str, str]:
    token = (await gateway.fetch_token(assertion(key, client_id))).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


async def ask(gateway: House, headers: dict[str, str], **body: Any) -> httpx.Response:
    return await gateway.client.post(QUERY, json=body, headers=headers)


def counting(sibling: Sibling, asked: int, refused: int) -> Any:
    """The credit service saying how many queries an answer held and how many it refused."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Any) -> None:
            if message["type"] == "http.response.start":
                counts = [(b"x-queries-asked", b"%d" % asked), (b"x-queries-refused", b"%d" % refused)]
                message = {**message, "headers": [*message["headers"], *counts]}
            await send(message)

        await sibling(scope, receive, marked)

    return app


def answer_with(gateway: House, asked: int, refused: int) -> None:
    for door in gateway.app.partners._doors:
        if door.row.service == "credit" and isinstance(door.upstream, AsgiUpstream):
            door.upstream._app = counting(gateway.siblings["credit"], asked, refused)
