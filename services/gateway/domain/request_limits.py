"""How many requests may a user, a device or an address send in a minute, by the route's class?

The numbers are policy data (`data/limits.json`). An office or a village may stand behind one address, so the address
has room for many users. Each process counts for itself; what has used a tenth of its limit is worth telling the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address
from zlib import crc32

USER, DEVICE, ADDRESS = KINDS = ("user", "device", "address")
WORTH_SHARING = 10
SPREAD_SECONDS = 10


@dataclass(frozen=True, slots=True)
class LimitPolicy:
    """`limits`: kind → class of the policy's rows → requests in so many `seconds`."""

    version: str
    seconds: int
    limits: Mapping[str, Mapping[str, int]]

    def times(self, factor: int) -> "LimitPolicy":
        """The same with more room."""
        return LimitPolicy(
            self.version,
            self.seconds,
            {kind: {name: most * factor for name, most in of.items()} for kind, of in self.limits.items()},
        )


def worth_sharing(count: int, limit: int) -> bool:
    return count * WORTH_SHARING >= limit


def come_back_in(key: str, seconds_left: int) -> int:
    """Seconds until the next span, and a few more that differ from key to key: not everybody comes back at once."""
    return max(1, seconds_left) + crc32(key.encode("utf-8", "replace")) % SPREAD_SECONDS


def network_of(address: str) -> str:
    """Whom an address belongs to: an IPv6 caller has all of a /64.

    >>> network_of("203.0.113.7"), network_of("2001:db8:1:2:aaaa::1")
    ('203.0.113.7', '2001:db8:1:2::')
    """
    if ":" not in address:
        return address
    try:
        return str(IPv6Address(int(IPv6Address(address)) >> 64 << 64))
    except ValueError:
        return address
