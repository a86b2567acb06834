"""From which address does a request come, when trusted proxies stand before the gateway?"""

from collections.abc import Container


def client_address(peer: str, forwarded_for: bytes | None, trusted_proxies: Container[str]) -> str:
    """The peer, unless it is a trusted proxy: then the last address it reports that is no trusted proxy itself.

    Nothing that the caller wrote into X-Forwarded-For is believed, as only the entries that trusted proxies added
    are read, from the right.
    """
    if not forwarded_for or peer not in trusted_proxies:
        return peer
    for entry in reversed(forwarded_for.decode("latin-1").split(",")):
        address = entry.strip()
        if address and address not in trusted_proxies:
            return address if len(address) <= 45 else peer
    return peer
