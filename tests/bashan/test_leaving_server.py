"""Told to stop, a server answers everybody who is connected by then, also those it has not looked at yet."""

import asyncio
import gc
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop
from starlette.types import Receive, Scope, Send

from bashan.serving import server_of

ASKED = b"GET / HTTP/1.1\r\nHost: bashan\r\nConnection: close\r\n\r\n"
CALLERS = 20


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def called(address: tuple[str, int]) -> socket.socket:
    """A caller whose connection the system has accepted, with its request under way."""
    caller = socket.create_connection(address)
    caller.sendall(ASKED)
    caller.setblocking(False)
    return caller


async def answer_to(caller: socket.socket) -> bytes:
    answer = b""
    while piece := await asyncio.get_running_loop().sock_recv(caller, 65536):
        answer += piece
    caller.close()
    return answer


@pytest.mark.parametrize("front", [True, False], ids=["front", "service"])
@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_who_stood_before_the_door_when_the_server_was_told_to_stop_is_answered(
    run: Callable[[Coroutine[Any, Any, None]], None], front: bool
) -> None:
    async def stopping() -> None:
        listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        listener.setblocking(False)
        address = listener.getsockname()
        server = server_of(answering, front=front)
        serving = asyncio.create_task(server._serve([listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn tells its start by this flag alone
            await asyncio.sleep(0.01)
        # No look at the listener between these lines and the stop: the loop has not run.
        callers = [called(address) for _ in range(CALLERS)]
        leaving = asyncio.create_task(server.shutdown([listener]))
        answers = await asyncio.wait_for(asyncio.gather(*map(answer_to, callers)), 20)
        assert [answer.split(b"\r\n", 1)[0] for answer in answers] == [b"HTTP/1.1 200 OK"] * CALLERS
        await leaving
        with pytest.raises(ConnectionRefusedError):
            called(address)
        serving.cancel()

    run(stopping())


async def test_what_stands_when_a_server_has_started_is_collected_no_more() -> None:
    gc.unfreeze()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    server = server_of(answering, front=False)
    serving = asyncio.create_task(server._serve([listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells its start by this flag alone
        await asyncio.sleep(0.01)
    try:
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
        server.should_exit = True
        await serving
