"""A sibling that lives in this process: its ASGI app is called directly."""

import asyncio
from typing import Any

from services.gateway.clients.upstream import App, Message, Receive, Scope, Send
from services.gateway.domain.forwarding_errors import UpstreamTimeout

NEVER = float("inf")
TICK = 0.1


class AsgiUpstream:
    """Calls `app` for each request. Past the deadline the call is cancelled; each part of the answer that the app
    sends gives it as long again, so that a long answer may take its time and a stalled one may not, counted while the
    app is waited for and not while the caller reads. One timer looks after all calls.
    """

    def __init__(self, name: str, app: App) -> None:
        self.name = name
        self._app = app
        self._running: set[_Run] = set()
        self._ticking: asyncio.TimerHandle | None = None

    async def forward(self, scope: Scope, receive: Receive, send: Send, *, deadline: float, has_body: bool) -> None:
        del has_body  # the app reads the body itself
        run = _Run(send, deadline)
        self._running.add(run)
        if self._ticking is None:
            self._ticking = run.loop.call_later(TICK, self._tick)
        try:
            await self._app(scope, receive, run.send)
        except (asyncio.CancelledError, Exception):
            # An app may turn our cancelling into an error of its own on the way out.
            if not run.was_ours():
                raise
        finally:
            self._running.discard(run)
        if run.expired:
            raise UpstreamTimeout(service=self.name)

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, "kind": "in process", "busy": len(self._running)}

    async def aclose(self) -> None:
        """Nothing to let go of but the timer: the app belongs to whoever made it."""
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for run in self._running:
            if now >= run.until:
                run.expire()
        self._ticking = loop.call_later(TICK, self._tick) if self._running else None


class _Run:
    """One call, and until when it has time."""

    __slots__ = ("_cancelled_before", "_patience", "_send", "_task", "expired", "loop", "until")

    def __init__(self, send: Send, deadline: float) -> None:
        task = asyncio.current_task()
        assert task is not None, "a coroutine of an upstream runs in a task"  # noqa: S101 - always so in asyncio
        self.loop = task.get_loop()
        self.until = deadline
        self.expired = False
        self._task = task
        self._cancelled_before = task.cancelling()
        self._patience = deadline - self.loop.time()
        self._send = send

    async def send(self, message: Message) -> None:
        self.until = NEVER
        try:
            await self._send(message)
        finally:
            self.until = self.loop.time() + self._patience

    def expire(self) -> None:
        if not self.expired:
            self.expired = True
            self._task.cancel()

    def was_ours(self) -> bool:
        """Did this cancellation come from `expire` alone? Then it goes no further."""
        return self.expired and self._task.uncancel() <= self._cancelled_before
