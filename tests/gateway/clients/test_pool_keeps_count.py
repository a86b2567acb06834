"""Whatever goes wrong with requests, connections and callers, no place in the pool is lost and none is used twice."""

import asyncio
import contextlib
import random

import pytest

from services.gateway.api.doors import Limits
from tests.builders.front import Reply, Seen, ask, calling, front, over_http, say_ok, scripted, serving


def misbehaving(chance: random.Random) -> Reply:
    async def reply(request: Seen, writer: asyncio.StreamWriter) -> bool | None:
        what = chance.randrange(8)
        if what == 0:
            return False
        if what == 1:
            writer.write(b"no HTTP\r\n\r\n")
            return False
        if what == 2:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
            return False
        if what == 3:
            await asyncio.sleep(0.4)
        if what == 4:
            await say_ok(request, writer)
            return False
        if what == 5:
            writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok")
            return None
        writer.write(f"HTTP/1.1 200 OK\r\ncontent-length: {len(request.target)}\r\n\r\n{request.target}".encode())
        return None

    return reply


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_after_a_storm_of_failures_every_place_is_free_and_answers_belong_to_their_requests(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a storm that can be repeated, no secret

    async def one(port: int, number: int) -> None:
        await asyncio.sleep(chance.random() * 0.5)
        target = f"/v1/households/{number}"
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            if chance.randrange(6) == 0:
                async with calling(port) as caller:
                    caller.send(target)
                    await asyncio.sleep(chance.random() * 0.3)
                return
            answer = await ask(port, target)
            if answer.status == 200 and answer.body != b"ok":
                assert answer.body.decode() == target

    async with scripted(misbehaving(chance)) as upstream:
        forwarding = over_http(upstream.url, pool={"connections": 4, "waiting": 20}, breaker_threshold=10**6)
        with serving(front(forwarding, limits=Limits(deadline=0.3))) as port:
            await asyncio.gather(*(one(port, number) for number in range(150)))
            await asyncio.sleep(0.5)
            state = forwarding.describe()["replicas"][0]
            assert (state["busy"], state["waiting"]) == (0, 0)
            assert forwarding._replicas[0].pool._slots == state["idle"]
