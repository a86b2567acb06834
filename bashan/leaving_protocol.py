"""HTTP of a service behind the gateway that can leave without breaking anybody's request off.

uvicorn closes resting connections the moment it is told to stop; a request that the gateway sent in that moment is
lost, and one that writes must not be sent again. Here a resting connection stays for as long as the gateway lets one
rest, and what still comes is answered with `Connection: close`, so that the gateway sends nothing more on it. New
connections are refused, and the gateway goes to another replica.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from services.gateway.clients.http_pool import PoolLimits

LEAVES_AFTER = PoolLimits().idle + 1.0
_CLOSE = (b"connection", b"close")


class LeavingProtocol(HttpToolsProtocol):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._leaving: asyncio.TimerHandle | None = None

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if self._leaving is not None:
            self._say_close()

    def shutdown(self) -> None:
        self._say_close()
        self._leaving = self._leaving or self.loop.call_later(LEAVES_AFTER, self._leave)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
        super().connection_lost(exc)

    def _say_close(self) -> None:
        """In the answer that is still to come; uvicorn closes the connection behind it."""
        cycle = self._under_way()
        if cycle is not None and not cycle.response_started:
            cycle.default_headers = [*cycle.default_headers, _CLOSE]

    def _leave(self) -> None:
        """What is under way is answered first, and then closes the connection."""
        cycle = self._under_way()
        if cycle is None:
            self.transport.close()
        else:
            cycle.keep_alive = False

    def _under_way(self) -> RequestResponseCycle | None:
        """uvicorn says that there always is one; before the first request there is none."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return None if cycle is None or cycle.response_complete else cycle
