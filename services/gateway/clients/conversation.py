"""One exchange on a connection: the rest of a request's body out, the answer back, the caller's leaving noticed."""

import asyncio
import contextlib

from services.gateway.clients.http_connection import ExchangeError, HttpConnection
from services.gateway.clients.request_head import LAST_CHUNK, chunk
from services.gateway.clients.upstream import Receive, Send

NEVER = float("inf")


class CallerGoneError(Exception):
    """The caller closed its connection; there is nobody to answer."""


class Body:
    """What is still to come of a request's body."""

    __slots__ = ("_chunked", "_receive")

    def __init__(self, receive: Receive, *, chunked: bool) -> None:
        self._receive = receive
        self._chunked = chunked

    async def pump(self, connection: HttpConnection) -> None:
        """Send it as it comes. What goes wrong here breaks the exchange, whose waiting side then raises it."""
        try:
            more = True
            while more:
                message = await self._receive()
                if message["type"] == "http.disconnect":
                    connection.fail(CallerGoneError())
                    return
                more = message.get("more_body", False)
                data = message.get("body", b"")
                if self._chunked:
                    data = chunk(data) if more else chunk(data) + LAST_CHUNK
                connection.write(data, last=not more)
                await connection.drained()
        except ExchangeError:
            return
        except Exception as failure:  # noqa: BLE001 - carried to the waiting side
            connection.fail(failure)


async def bring_answer(connection: HttpConnection, send: Send) -> None:
    """The answer, piece by piece. Its head has to come before the connection's deadline; then each further piece has
    as long again, counted while the service is waited for and not while the caller reads."""
    patience = connection.deadline - connection.begun_at
    await connection.head()
    await send({"type": "http.response.start", "status": connection.status, "headers": connection.headers})
    last = False
    while not last:
        connection.deadline = connection.loop.time() + patience
        body, last = await connection.piece()
        connection.deadline = NEVER
        await send({"type": "http.response.body", "body": body, "more_body": not last})


async def bring_answer_while_sending(connection: HttpConnection, send: Send, body: Body) -> None:
    """The answer may come before the body's end; then the rest is not sent."""
    pump = connection.loop.create_task(body.pump(connection))
    try:
        await bring_answer(connection, send)
    finally:
        pump.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await pump


async def until_gone(connection: HttpConnection, receive: Receive) -> None:
    """Break the exchange when the caller leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass
    connection.fail(CallerGoneError())
