"""Is this request target written in the one way that every reader understands alike?

Two programs that read `//`, `/./`, `%2e%2e`, `%2f` or `;x` differently are how a policy is walked around. No route of
ours needs such a spelling, so it is refused, not repaired.
"""

import re

LONGEST_PATH = 1024
LONGEST_QUERY = 8192

# A segment may begin with one dot (/.well-known), so neither "." nor ".." is one.
_CANONICAL = re.compile(rb"/|(?:/\.?[A-Za-z0-9_~@:+,=-][A-Za-z0-9._~@:+,=-]*)+/?")
_SLASH = ord("/")
_QUERY = re.compile(rb"[\x21-\x7e]*")
# What encodeURIComponent makes of the two characters our ids may hold (a card is `name@version`).
_HARMLESS_ESCAPES = ((b"%40", b"@"), (b"%3A", b":"), (b"%3a", b":"))


def is_canonical(raw_path: bytes, query: bytes = b"") -> bool:
    """True for a path and query, as sent, that may be matched against the policy."""
    if len(raw_path) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        return False
    if not query and raw_path.translate(None, b"/-_").isalnum() and raw_path[0] == _SLASH and b"//" not in raw_path:
        return True  # Most paths: nothing in them could have a second reading.
    if b"%" in raw_path:
        for escape, character in _HARMLESS_ESCAPES:
            raw_path = raw_path.replace(escape, character)
    return _CANONICAL.fullmatch(raw_path) is not None and (not query or _QUERY.fullmatch(query) is not None)
