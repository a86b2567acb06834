"""A server that goes down answers what is on its way, and waits for nobody else (checks R20)."""

import asyncio

from services.gateway.api.front_protocol import FrontProtocol
from tests.builders.front import calling, front, over_http, say_ok, scripted, serving


class GoingDown(FrontProtocol):
    """Its server goes down as soon as somebody has connected."""

    parting_seconds = 0.4
    alarm_seconds = 0.05

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.loop.call_later(0.05, self.shutdown)


async def test_a_request_that_is_on_its_way_is_answered_as_the_last_one() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url)), GoingDown) as port:
            async with calling(port) as caller:
                await asyncio.sleep(0.15)
                answer = await caller.ask()
                assert (answer.status, answer.headers["connection"]) == (200, "close")
                assert await caller.is_cut()


async def test_a_head_that_is_half_there_is_waited_for() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url)), GoingDown) as port:
            async with calling(port) as caller:
                caller.writer.write(b"GET /v1/households/1 HTTP/1.1\r\n")
                await asyncio.sleep(0.15)
                caller.writer.write(b"Host: gateway\r\nAuthorization: Bearer good\r\n\r\n")
                assert (await caller.answer()).status == 200


async def test_a_kept_connection_on_which_nobody_asks_is_let_go() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url)), GoingDown) as port:
            async with calling(port) as caller:
                assert (await caller.ask()).status == 200
                assert await caller.is_cut(within=1.5)
