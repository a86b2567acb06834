"""What the gateway forwards to: a sibling in this process, or replicas over TCP and unix sockets."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class Upstream(Protocol):
    """One service behind the gateway."""

    name: str

    async def forward(self, scope: Scope, receive: Receive, send: Send, *, deadline: float, has_body: bool) -> None:
        """Answer one request as an ASGI app does, before `deadline` (the event loop's clock, seconds).

        `scope` holds only what may go on: no hop-by-hop and no trusted header from outside. Raises
        UpstreamUnavailable, UpstreamTimeout or UpstreamBusy; whether the response had begun, the caller knows
        from its own `send`.
        """

    def describe(self) -> dict[str, Any]:
        """State for status pages: replicas, breakers, connections. Holds no address that a caller may not see."""

    async def aclose(self) -> None:
        """Let go of connections; nothing is forwarded afterwards."""


def is_safe(method: str) -> bool:
    """May this be sent again when it is unknown whether the first time arrived? Only methods that change nothing."""
    return method in {"GET", "HEAD", "OPTIONS"}
