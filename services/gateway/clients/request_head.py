"""A request as HTTP/1.1 bytes for an upstream. Its body is framed here anew, whatever framing it came with."""

from services.gateway.clients.upstream import Headers, Scope


def request_head(scope: Scope, headers: Headers, first: bytes, *, has_body: bool, more: bool) -> tuple[bytes, bool]:
    """The head with what is known of the body behind it, and whether further pieces have to go as chunks.

    A body whose length the caller gave keeps it; one that is complete gets its length; any other goes in chunks.
    """
    query = scope["query_string"]
    method = scope["method"]
    # The services know GET only; the front leaves the body of an answer to HEAD away.
    lines = [b"GET" if method == "HEAD" else method.encode("ascii"), b" ", scope["raw_path"]]
    if query:
        lines += (b"?", query)
    lines.append(b" HTTP/1.1\r\n")
    length_given = False
    for name, value in headers:
        lines += (name, b": ", value, b"\r\n")
        if name == b"content-length":
            length_given = True
    chunked = False
    if has_body and not length_given:
        chunked = more
        lines.append(b"transfer-encoding: chunked\r\n" if more else b"content-length: %d\r\n" % len(first))
    lines.append(b"\r\n")
    if first:
        lines.append(chunk(first) if chunked else first)
    return b"".join(lines), chunked


def chunk(data: bytes) -> bytes:
    """One chunk of the chunked framing; nothing for no data, as an empty chunk would end the body."""
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


LAST_CHUNK = b"0\r\n\r\n"
