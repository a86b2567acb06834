"""An answer held back until it is whole, then signed with the gateway's key and sent."""

from collections.abc import Callable

from services.gateway.clients.upstream import Headers, Message, Send

Sign = Callable[[int, bytes], list[tuple[bytes, bytes]]]


class SignedAnswer:
    """Stands for `send`. `sign` is given status and body and answers with the headers to add."""

    def __init__(self, send: Send, sign: Sign) -> None:
        self._send = send
        self._sign = sign
        self._status = 0
        self._headers: Headers = []
        self._body: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message["headers"])
            return
        self._body.append(message.get("body", b""))
        if message.get("more_body", False):
            return
        body = b"".join(self._body)
        headers = [header for header in self._headers if header[0] != b"content-length"]
        headers += [(b"content-length", b"%d" % len(body)), *self._sign(self._status, body)]
        await self._send({"type": "http.response.start", "status": self._status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
