"""Which headers pass the gateway, inwards and outwards.

Nobody outside may say who they are, where they come from or what they may: such headers are dropped, as are those
that belong to one connection only (RFC 9110 7.6.1). Names with an underscore are dropped too, since some readers take
`X_User_Id` for `X-User-Id`.
"""

import re

from services.gateway.domain.forwarding_errors import HeaderRefused

Headers = list[tuple[bytes, bytes]]

_HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te"}
    | {b"trailer", b"transfer-encoding", b"upgrade", b"expect"}
)
_TRUSTED = frozenset({b"forwarded", b"via", b"x-real-ip", b"x-client-cert", b"x-deadline-ms", b"x-remote-user"})
_TRUSTED_PREFIXES = (
    b"x-user-",
    b"x-scope-",
    b"x-forwarded-",
    b"x-client-cert-",
    b"x-ssl-",
    b"x-internal-",
    b"x-original-",
    b"x-rewrite-",
    b"x-http-method",
    b"x-method-override",
)
# The names that come with nearly every request; they are looked at no further.
_PLAIN = frozenset(
    {b"user-agent", b"accept", b"accept-encoding", b"accept-language", b"content-type", b"traceparent"}
    | {b"tracestate", b"if-match", b"if-none-match", b"idempotency-key", b"content-digest", b"signature"}
    | {b"signature-input", b"origin", b"referer"}
)
_SINGLE = frozenset({b"host", b"authorization", b"content-length"})
_READ = frozenset({b"transfer-encoding", b"x-request-id", b"x-forwarded-for"})
_DROPPED = _HOP_BY_HOP | _TRUSTED
_REQUEST_ID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
ASKED, REFUSED = b"x-queries-asked", b"x-queries-refused"
_NOT_OUT = _HOP_BY_HOP | {b"server", b"date", b"x-request-id", b"x-powered-by", ASKED, REFUSED}
_NOT_OUT_OF_WHOLE = _NOT_OUT | {b"content-length"}


class InwardHeaders:
    """What the gateway reads of a request's headers, and what goes on to the service (`kept`).

    `content_length` is None when not given. Raises HeaderRefused for a header that came twice or has no meaning.
    """

    __slots__ = ("authorization", "chunked", "content_length", "forwarded_for", "kept", "request_id")

    def __init__(self, headers: Headers) -> None:
        self.kept: Headers = []
        self.chunked = False
        self.request_id: bytes | None = None
        self.forwarded_for: bytes | None = None
        single: dict[bytes, bytes] = {}
        for header in headers:
            name = header[0]
            if name in _PLAIN:
                self.kept.append(header)
            elif name in _SINGLE:
                if name in single:
                    raise HeaderRefused(header=name.decode("ascii"))
                single[name] = header[1]
                self.kept.append(header)
            elif name in _READ:
                self._read(*header)
            elif name not in _DROPPED and not name.startswith(_TRUSTED_PREFIXES) and b"_" not in name:
                self.kept.append(header)
        self.authorization = single.get(b"authorization")
        length = single.get(b"content-length")
        self.content_length = None if length is None else _length(length)

    @property
    def has_body(self) -> bool:
        return self.chunked or bool(self.content_length)

    def _read(self, name: bytes, value: bytes) -> None:
        if name == b"transfer-encoding":
            self.chunked = True
        elif name == b"x-forwarded-for":
            self.forwarded_for = value
        elif name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            self.request_id = value


def _length(value: bytes) -> int:
    if not value.isdigit() or len(value) > 18:
        raise HeaderRefused(header="content-length")
    return int(value)


def outward_fields(headers: Headers, request_id: bytes) -> bytes:
    """What `outward_headers` says, as lines, and without a length: for an answer that is whole and gets one."""
    lines = [b"x-request-id: " + request_id]
    lines += map(b": ".join, [header for header in headers if header[0] not in _NOT_OUT_OF_WHOLE])
    block = b"\r\n".join(lines)
    return block + (b"\r\n" if b"\r\ncache-control: " in block else b"\r\ncache-control: no-store\r\n")


def outward_headers(headers: Headers, request_id: bytes) -> Headers:
    """An answer's headers as they leave: connection headers and the server's name off, request id on, and no cache
    keeps what the service did not expressly allow."""
    kept = [header for header in headers if header[0] not in _NOT_OUT]
    kept.append((b"x-request-id", request_id))
    for header in kept:
        if header[0] == b"cache-control":
            return kept
    kept.append((b"cache-control", b"no-store"))
    return kept
