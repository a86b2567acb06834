"""A sibling that lives in this process: its ASGI app is called directly."""

import asyncio
from typing import Any

from services.gateway.clients.upstream import App, Receive, Scope, Send
from services.gateway.domain.forwarding_errors import UpstreamTimeout


class AsgiUpstream:
    """Calls `app` for each request; past the deadline the call is cancelled, as a closed connection would do."""

    def __init__(self, name: str, app: App) -> None:
        self.name = name
        self._app = app

    async def forward(self, scope: Scope, receive: Receive, send: Send, *, deadline: float, has_body: bool) -> None:
        del has_body  # the app reads the body itself
        try:
            async with asyncio.timeout_at(deadline) as limit:
                await self._app(scope, receive, send)
        except TimeoutError:
            if limit.expired():
                raise UpstreamTimeout(service=self.name) from None
            raise

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, "kind": "in process"}

    async def aclose(self) -> None:
        """Nothing to let go of: the app belongs to whoever made it."""
