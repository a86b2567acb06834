"""How much may a partner still ask, and is it walking through ids that it has no consent for?

A quota counts queries in fixed spans: the minute of the clock and the day of China. Each process takes from the shared
count in lots of a hundredth, so that the database is asked a hundred times a span and not at every query.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.gateway.domain.partner import Partner

THROTTLED_SHARE = 100
THROTTLED_FOR = timedelta(hours=1)
LEAST_REFUSED = 300


@dataclass(frozen=True, slots=True)
class Span:
    """`shift` seconds after midnight UTC a day begins, counted backwards."""

    name: str
    seconds: int
    shift: int = 0

    def began(self, now: int) -> int:
        """When the span of this second began, in seconds since 1970."""
        return (now + self.shift) // self.seconds * self.seconds - self.shift


MINUTE = Span("minute", 60)
DAY = Span("day", 86_400, shift=8 * 3600)
# Counted from nothing: what was asked before the throttle takes none of the little that is left.
THROTTLED_MINUTE = Span("throttled", 60)
WATCH = Span("watch", 600)


def is_throttled(partner: Partner, now: datetime) -> bool:
    return partner.throttled_until is not None and now < partner.throttled_until


def span_in_force(partner: Partner, span: Span, now: datetime) -> Span:
    """A throttled partner's minute is another one."""
    return THROTTLED_MINUTE if span is MINUTE and is_throttled(partner, now) else span


def limit_of(partner: Partner, span: Span) -> int:
    """Queries in this span; a throttled partner has a hundredth of its minute."""
    if span is DAY:
        return partner.per_day
    return max(1, partner.per_minute // THROTTLED_SHARE) if span is THROTTLED_MINUTE else partner.per_minute


def lot_of(limit: int) -> int:
    """How much a process takes at once."""
    return max(1, limit // 100)


def granted(limit: int, taken: int, count_after: int) -> int:
    """How much of what was taken there still was."""
    return max(0, min(taken, limit - (count_after - taken)))


def is_walking(asked: int, refused: int) -> bool:
    """Within ten minutes: hundreds of refusals, and more refusals than answers. A bank with consents has few."""
    return refused >= LEAST_REFUSED and 2 * refused > asked
