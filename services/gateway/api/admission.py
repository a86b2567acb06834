"""How many requests may be under way at one upstream, and who has to step back first?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.gateway.domain.forwarding_errors import UpstreamBusy

# Share of an upstream's places that a class of requests may fill. Reports and what strangers write are shed first;
# logins, the phones' sync and the banks' queries last.
SPREAD_SECONDS = 5
SHARES: Mapping[str, float] = {"report": 0.5, "objection": 0.5, "ordinary": 0.8}


@dataclass(slots=True)
class Places:
    """The places of one upstream. `limit` is how many requests may be under way at once."""

    limit: int
    taken: int = 0
    refused: int = 0
    shares: Mapping[str, float] = field(default_factory=lambda: SHARES)

    def ceiling(self, quota: str) -> int:
        """How full the upstream may be for a request of this class to be let in; at least one place."""
        return max(1, int(self.limit * self.shares.get(quota, 1.0)))


def refuse_when_full(places: Places, ceiling: int, service: str) -> None:
    """Raise UpstreamBusy when the class's share is taken. The refused are asked to come back one after another, spread
    over some seconds: a herd that all came back at once would be refused at once again."""
    if places.taken >= ceiling:
        places.refused += 1
        raise UpstreamBusy(service=service, retry_after=1 + places.refused % SPREAD_SECONDS)
