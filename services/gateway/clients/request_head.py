"""A request as HTTP/1.1 bytes for an upstream. Its body is framed here anew, whatever framing it came with."""

from services.gateway.clients.upstream import Headers, Scope


def request_head(scope: Scope, headers: Headers, first: bytes, *, has_body: bool, more: bool) -> tuple[bytes, bool]:
    """The head with what is known of the body behind it, and whether further pieces have to go as chunks.

    A body whose length the caller gave keeps it; one that is complete gets its length; any other goes in chunks.
    """
    method, query = scope["method"], scope["query_string"]
    # The services know GET only; the front leaves the body of an answer to HEAD away.
    target = scope["raw_path"] + b"?" + query if query else scope["raw_path"]
    lines = [b"%b %b HTTP/1.1" % (b"GET" if method == "HEAD" else method.encode("ascii"), target)]
    lines += map(b": ".join, headers)
    chunked = False
    if has_body and all(name != b"content-length" for name, _ in headers):
        chunked = more
        lines.append(b"transfer-encoding: chunked" if more else b"content-length: %d" % len(first))
    lines.append(b"\r\n")
    head = b"\r\n".join(lines)
    if first:
        head += chunk(first) if chunked else first
    return head, chunked


def chunk(data: bytes) -> bytes:
    """One chunk of the chunked framing; nothing for no data, as an empty chunk would end the body."""
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


LAST_CHUNK = b"0\r\n\r\n"
