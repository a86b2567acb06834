"""What the application answers, as it goes out on the wire."""

import asyncio
from typing import Any

import pytest

from services.gateway.clients.upstream import Receive, Scope, Send
from tests.builders.front import (
    GOOD,
    ask,
    calling,
    serving,
)


def answering(*messages: dict[str, Any]) -> Any:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        for message in messages:
            await send({"type": "http.response.start" if "status" in message else "http.response.body", **message})

    return app


async def test_an_answer_of_unknown_length_to_http_1_0_ends_with_the_connection() -> None:
    with serving(answering({"status": 200, "headers": []}, {"body": b"o", "more_body": True}, {"body": b"k"})) as port:
        async with calling(port) as caller:
            caller.writer.write(GOOD.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n")
            got = await asyncio.wait_for(caller.reader.read(), 2)
    assert got.endswith(b"\r\n\r\nok")
    assert b"chunked" not in got


@pytest.mark.parametrize("value", [b"a\r\nset-cookie: stolen=1", b"a\nb", b"a\rb"])
async def test_a_header_with_a_line_break_never_leaves(value: bytes) -> None:
    with serving(answering({"status": 200, "headers": [(b"x-name", value)]}, {"body": b"ok"})) as port:
        async with calling(port) as caller:
            caller.send()
            got = await caller.reader.read()
    assert b"stolen" not in got
    assert b"200 OK" not in got


@pytest.mark.parametrize("body", [b"too long", b"sh"])
async def test_an_answer_of_another_length_than_it_said_ends_the_connection(body: bytes) -> None:
    with serving(answering({"status": 200, "headers": [(b"content-length", b"5")]}, {"body": body})) as port:
        async with calling(port) as caller:
            caller.send()
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await caller.answer()


async def test_an_app_that_fails_before_answering_gives_a_problem() -> None:
    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        raise ZeroDivisionError

    with serving(fail) as port:
        answer = await ask(port)
    assert (answer.status, answer.problem["code"]) == (500, "internal_error")
