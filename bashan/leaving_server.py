"""A server that, told to stop, answers everybody whose connection stood by then.

Closing a listening socket resets the connections that the system had already accepted for it: their callers believe
that they are connected, have perhaps sent a request, and read "connection reset". Here nobody new is let in first,
then whoever stands before the door is taken in, and only then it closes.
"""

import asyncio
import contextlib
import ctypes
import gc
import socket
import struct
import sys

import uvicorn

_ATTACH_FILTER = 26
"""SO_ATTACH_FILTER of Linux, which Python does not name."""


class LeavingServer(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What stands by now stays. The collector would look through its three hundred thousand objects again and
        # again while requests come in: a fifth of their time, half of it with a batch of a thousand.
        gc.freeze()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        waiting = [caller for listener in sockets or [] for caller in _close(listener)]
        for server in self.servers:
            server.close()
        loop = asyncio.get_running_loop()
        for caller in waiting:
            with contextlib.suppress(OSError):
                await loop.connect_accepted_socket(self._protocol, caller)
        await super().shutdown(sockets)

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg] # uvicorn makes them so too
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made


def _close(listener: socket.socket) -> list[socket.socket]:
    """Who has come, once nobody else can."""
    _let_nobody_in(listener)
    come = []
    with contextlib.suppress(OSError):
        while True:
            come.append(listener.accept()[0])
            come[-1].setblocking(False)
    return come


def _let_nobody_in(listener: socket.socket) -> None:
    """Packets of new callers are dropped, so that they ask again, and then find the door closed or another replica.

    A unix socket has no packets: there a caller may still come between the last look and the end.
    """
    if sys.platform != "linux" or listener.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    nothing = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
    with contextlib.suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("HL", 1, ctypes.addressof(nothing)))
