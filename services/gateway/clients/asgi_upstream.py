"""A sibling that lives in this process: its ASGI app is called directly."""

import asyncio
from typing import Any

from services.gateway.clients.upstream import App, Message, Receive, Scope, Send
from services.gateway.domain.forwarding_errors import UpstreamTimeout


class AsgiUpstream:
    """Calls `app` for each request. Past the deadline the call is cancelled; each part of the answer that the app
    sends gives it as long again, so that a long answer may take its time and a stalled one may not."""

    def __init__(self, name: str, app: App) -> None:
        self.name = name
        self._app = app

    async def forward(self, scope: Scope, receive: Receive, send: Send, *, deadline: float, has_body: bool) -> None:
        del has_body  # the app reads the body itself
        loop = asyncio.get_running_loop()
        patience = deadline - loop.time()

        async def send_on(message: Message) -> None:
            limit.reschedule(loop.time() + patience)
            await send(message)

        try:
            async with asyncio.timeout_at(deadline) as limit:
                await self._app(scope, receive, send_on)
        except TimeoutError:
            if limit.expired():
                raise UpstreamTimeout(service=self.name) from None
            raise

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, "kind": "in process"}

    async def aclose(self) -> None:
        """Nothing to let go of: the app belongs to whoever made it."""
