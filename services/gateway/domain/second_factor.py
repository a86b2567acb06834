"""What may somebody do before, and for how long after, the second factor was shown?

Who holds a role that needs one and has none yet, is let in to set it up and to nothing else. What is sensitive (the
policy's column `step_up`) needs one that was shown lately.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

ENROLLING = "enrolling"
STEP_UP_LASTS = timedelta(minutes=10)
RECOVERY_CODES = 10

Grants = Mapping[str, tuple[str, ...]]


def grants_in_force(grants: Grants, *, enrolled: bool, needing: AbstractSet[str]) -> Grants:
    """The roles that a token names. `needing`: roles that nobody holds without a second factor."""
    if enrolled or needing.isdisjoint(grants):
        return grants
    return {ENROLLING: ()}


def step_up_holds(roles: AbstractSet[str], shown_at: datetime | None, now: datetime, needing: AbstractSet[str]) -> bool:
    """May this bearer do what is sensitive? Roles that need no second factor need none here either."""
    if needing.isdisjoint(roles):
        return True
    return shown_at is not None and now < shown_at + STEP_UP_LASTS
