"""The mini-program's own access token at WeChat (stable_token): kept until it runs out, fetched once for all."""

import asyncio
from collections.abc import Awaitable, Callable

# WeChat's servers and ours may differ about when a token has run out.
MARGIN_SECONDS = 300.0

Fetch = Callable[[], Awaitable[tuple[str, float]]]


class StableToken:
    """`fetch` gives a token and the seconds that it lives."""

    def __init__(self, fetch: Fetch, clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token = ""
        self._good_until = 0.0
        self._fetching: asyncio.Task[None] | None = None

    async def current(self) -> str:
        """The token at hand, or a new one. Raises what `fetch` raises."""
        while not self._token or self._clock() >= self._good_until:
            await self._renew()
        return self._token

    async def after(self, refused: str) -> str:
        """A token that WeChat refused is asked for no more; somebody else may have replaced it already."""
        if self._token == refused:
            self._token = ""
        return await self.current()

    async def _renew(self) -> None:
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch_and_keep())
        # Shielded: one caller that leaves takes the token from nobody else.
        await asyncio.shield(self._fetching)

    async def _fetch_and_keep(self) -> None:
        try:
            token, lives = await self._fetch()
        finally:
            self._fetching = None
        self._token = token
        # A token that lives no longer than the margin is used once, not fetched for ever.
        self._good_until = self._clock() + max(lives - MARGIN_SECONDS, 1.0)
