"""Gather concurrent single requests into one round trip to the database.

While one batch is under way, whatever arrives waits and leaves together as the next: no timer, so a lone request is not
delayed, and under load a batch grows to what one round trip serves.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Batcher(Generic[K, V]):
    """`work(keys)` answers one value per key, in order; an exception reaches every waiter of that batch."""

    def __init__(self, work: Callable[[list[K]], Awaitable[list[V]]], *, most: int = 1000, at_once: int = 2) -> None:
        self._work = work
        self._most = most
        self._free = at_once
        self._waiting: list[tuple[K, asyncio.Future[V]]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, key: K) -> V:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[V] = loop.create_future()
        self._waiting.append((key, answer))
        if self._free and len(self._waiting) == 1:
            # One turn of the loop later, so that requests of the same tick travel together.
            loop.call_soon(self._start)
        return await answer

    def _start(self) -> None:
        while self._free and self._waiting:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self._free -= 1
            task = asyncio.get_running_loop().create_task(self._run(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, batch: list[tuple[K, asyncio.Future[V]]]) -> None:
        try:
            answers = await self._work([key for key, _ in batch])
        except Exception as failure:  # noqa: BLE001 - handed to each waiter, who decides
            for _, waiter in batch:
                if not waiter.done():
                    waiter.set_exception(failure)
        else:
            for (_, waiter), answer in zip(batch, answers, strict=True):
                if not waiter.done():
                    waiter.set_result(answer)
        finally:
            self._free += 1
            self._start()
