"""The headers that uvicorn puts on every answer, joined once for all who write them."""


class JoinedHeaders:
    """The headers' bytes, until uvicorn makes a new list of them (once a second, for the date)."""

    def __init__(self) -> None:
        self._headers: list[tuple[bytes, bytes]] | None = None
        self._bytes = b""

    def of(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        if headers is not self._headers:
            self._headers = headers
            self._bytes = b"".join(b"%b: %b\r\n" % header for header in headers)
        return self._bytes


COMMON = JoinedHeaders()
