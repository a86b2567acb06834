"""Makes and checks argon2id hashes beside the event loop, a few at a time."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.gateway.domain.errors import LoginBusy
from services.gateway.domain.password_rules import normalised

T = TypeVar("T")

MEMORY_KIB = 19 * 1024
AT_ONCE = 2
MOST_WAITING = 32


class PasswordHashes:
    """argon2id with 19 MiB and 2 passes (checks S12), in threads: a hash takes some 30 ms, which no other may wait."""

    def __init__(
        self, *, memory_kib: int = MEMORY_KIB, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING
    ) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)
        self._free = asyncio.Semaphore(at_once)
        self._most = at_once + most_waiting
        self._under_way = 0
        # An unknown user is checked against this, so that the answer takes as long as for a known one.
        self._nobody = self._hasher.hash("no password is this one")

    async def make(self, password: str) -> str:
        return await self._beside(lambda: self._hasher.hash(normalised(password)))

    async def fits(self, password_hash: str | None, password: str) -> bool:
        """Never true without a hash, and takes as long. Raises LoginBusy when too many wait."""
        known = await self._beside(lambda: self._verify(password_hash or self._nobody, normalised(password)))
        return known and password_hash is not None

    def outdated(self, password_hash: str) -> bool:
        """Was it made with other parameters than today's?"""
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _beside(self, work: Callable[[], T]) -> T:
        if self._under_way >= self._most:
            raise LoginBusy(retry_after=2)
        self._under_way += 1
        try:
            async with self._free:
                return await asyncio.to_thread(work)
        finally:
            self._under_way -= 1
