"""May this refresh token still be exchanged?

Each exchange ends the token and gives a successor. A token that comes a second time is theft, and its whole family
ends, unless it is the reply that was lost on a bad line: the same device within 30 seconds gets the same successor
again (RFC 9700; checks S08).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

GRACE = timedelta(seconds=30)


class Answer(Enum):
    ROTATE = auto()
    SAME_AGAIN = auto()
    STOLEN = auto()
    ENDED = auto()


@dataclass(frozen=True, slots=True)
class StoredRefresh:
    """What is kept of a refresh token. `rotated_by` is the digest of the device that exchanged it."""

    expires_at: datetime
    rotated_at: datetime | None
    rotated_by: bytes | None
    session_ended: bool
    user_active: bool


def refresh_answer(token: StoredRefresh, device: bytes, now: datetime) -> Answer:
    """`device` is the digest of the device that asks now."""
    if token.session_ended or not token.user_active:
        return Answer.ENDED
    if token.rotated_at is not None:
        lost_reply = now - token.rotated_at <= GRACE and token.rotated_by == device
        return Answer.SAME_AGAIN if lost_reply else Answer.STOLEN
    return Answer.ROTATE if now < token.expires_at else Answer.ENDED
