"""Concurrent requests share a round trip, and none gets another's answer."""

import asyncio

import pytest

from shared.batching import Batcher


class Doubling:
    def __init__(self, fail_on: int | None = None) -> None:
        self.batches: list[list[int]] = []
        self.fail_on = fail_on

    async def work(self, keys: list[int]) -> list[int]:
        self.batches.append(keys)
        await asyncio.sleep(0.001)
        if self.fail_on in keys:
            raise ZeroDivisionError
        return [key * 2 for key in keys]


async def test_requests_of_one_moment_travel_together_and_get_their_own_answers() -> None:
    doubling = Doubling()
    batcher: Batcher[int, int] = Batcher(doubling.work)
    assert await asyncio.gather(*(batcher.ask(number) for number in range(100))) == [n * 2 for n in range(100)]
    assert len(doubling.batches) == 1


async def test_a_lone_request_does_not_wait_for_company() -> None:
    doubling = Doubling()
    assert await asyncio.wait_for(Batcher(doubling.work).ask(3), 0.5) == 6


async def test_a_batch_is_no_larger_than_allowed_and_nobody_is_forgotten() -> None:
    doubling = Doubling()
    batcher: Batcher[int, int] = Batcher(doubling.work, most=7, at_once=2)
    answers = await asyncio.wait_for(asyncio.gather(*(batcher.ask(number) for number in range(50))), 5)
    assert answers == [number * 2 for number in range(50)]
    assert max(map(len, doubling.batches)) <= 7


async def test_a_failure_reaches_its_own_batch_only() -> None:
    doubling = Doubling(fail_on=1)
    batcher: Batcher[int, int] = Batcher(doubling.work, most=2, at_once=1)
    first, second, third = await asyncio.gather(*(batcher.ask(n) for n in (0, 1, 2)), return_exceptions=True)
    assert isinstance(first, ZeroDivisionError)
    assert isinstance(second, ZeroDivisionError)
    assert third == 4


async def test_a_caller_who_gave_up_disturbs_nobody() -> None:
    doubling = Doubling()
    batcher: Batcher[int, int] = Batcher(doubling.work)
    gone = asyncio.create_task(batcher.ask(1))
    staying = asyncio.create_task(batcher.ask(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await staying == 4
    with pytest.raises(asyncio.CancelledError):
        await gone
