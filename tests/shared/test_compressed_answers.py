"""What is worth it travels compressed, when the client can read it; versions, banks, siblings and streams do not."""

import json
from typing import Any

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from shared.web.compressed import LEAST_BYTES, CompressedAnswers, takes_gzip

LONG = json.dumps({"items": ["李**"] * 500}).encode()
JSON = [(b"content-type", b"application/json")]


async def asked(
    *bodies: bytes,
    path: str = "/v1/me/caseload",
    headers: list[tuple[bytes, bytes]] | None = None,
    accepts: str | None = "gzip, br",
    status: int = 200,
) -> httpx.Response:
    own = JSON if headers is None else headers

    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        length = [(b"content-length", str(len(bodies[0])).encode())] if len(bodies) == 1 else []
        start: Message = {"type": "http.response.start", "status": status, "headers": [*own, *length]}
        await send(start)
        for number, body in enumerate(bodies, start=1):
            await send({"type": "http.response.body", "body": body, "more_body": number < len(bodies)})

    way = httpx.ASGITransport(CompressedAnswers(application))
    asks = {"accept-encoding": "identity" if accepts is None else accepts}
    async with httpx.AsyncClient(transport=way, base_url="http://service", headers=asks) as client:
        return await client.get(path)


async def test_a_long_answer_is_the_same_after_unpacking_and_a_fraction_on_the_way() -> None:
    reply = await asked(LONG)
    assert reply.content == LONG
    assert (reply.headers["content-encoding"], reply.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert int(reply.headers["content-length"]) < len(LONG) / 10


async def test_one_that_a_thread_compresses_is_the_same_too() -> None:
    very_long = json.dumps(list(range(50_000))).encode()
    reply = await asked(very_long)
    assert (reply.content, reply.headers["content-encoding"]) == (very_long, "gzip")


async def test_who_does_not_ask_reads_it_as_it_is_and_caches_are_told_apart() -> None:
    reply = await asked(LONG, accepts=None)
    assert (reply.content, reply.headers["vary"]) == (LONG, "Accept-Encoding")
    assert "content-encoding" not in reply.headers
    assert int(reply.headers["content-length"]) == len(LONG)


@pytest.mark.parametrize(
    "how",
    [
        {"headers": [*JSON, (b"etag", b'"v3"')]},
        {"path": "/v1/partner/grades/query"},
        {"path": "/internal/changes"},
        {"headers": [(b"content-type", b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]},
        {"headers": [*JSON, (b"content-encoding", b"br")]},
    ],
    ids=["it has a version", "a bank reads it", "a sibling reads it", "a workbook", "compressed already"],
)
async def test_some_answers_stay_as_they_are_however_long(how: dict[str, Any]) -> None:
    sent: list[Message] = []

    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": how.get("headers", JSON)})
        await send({"type": "http.response.body", "body": LONG})

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    path = how.get("path", "/v1/me/caseload")
    scope: Scope = {"type": "http", "path": path, "headers": [(b"accept-encoding", b"gzip")]}
    await CompressedAnswers(application)(scope, receive, send)
    assert [one.get("body") for one in sent] == [None, LONG]
    assert sent[0]["headers"] == how.get("headers", JSON), "nothing is said of it either"


async def test_a_short_answer_and_a_stream_stay_as_they_are() -> None:
    short = await asked(b"1" * (LEAST_BYTES - 1))
    assert "content-encoding" not in short.headers
    stream = await asked(LONG, LONG)
    assert (stream.content, "content-encoding" in stream.headers) == (LONG + LONG, False)


async def test_a_long_problem_is_compressed_with_its_status() -> None:
    reply = await asked(LONG, headers=[(b"content-type", b"application/problem+json")], status=422)
    assert (reply.status_code, reply.headers["content-encoding"], reply.content) == (422, "gzip", LONG)


@pytest.mark.parametrize(
    ("said", "takes"),
    [
        (b"gzip", True),
        (b"GZIP;q=0.5", True),
        (b"br, *", True),
        (b"*;q=0.1", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000", False),
        (b"*, gzip;q=0", False),
        (b"identity", False),
        (b"br", False),
        (b"x-gzip", False),
        (b"", False),
        (b";;,,q=0", False),
    ],
)
def test_what_the_client_says_is_read_as_the_standard_says(said: bytes, takes: bool) -> None:
    assert takes_gzip([(b"accept-encoding", said)]) is takes
    assert takes_gzip([]) is False
