"""What may somebody do before a second factor was set up?

Who holds a role that needs one and has none yet, is let in to set it up and to nothing else. How long one counts that
was shown, `shared.step_up` says.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

ENROLLING = "enrolling"
RECOVERY_CODES = 10

Grants = Mapping[str, tuple[str, ...]]


def grants_in_force(grants: Grants, *, enrolled: bool, needing: AbstractSet[str]) -> Grants:
    """The roles that a token names. `needing`: roles that nobody holds without a second factor."""
    if enrolled or needing.isdisjoint(grants):
        return grants
    return {ENROLLING: ()}
