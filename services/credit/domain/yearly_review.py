"""What does the yearly scoring anew propose for a grade in effect? (credit rules 2.4)

It proposes and nothing more: up is the whole course, down is told to the household, which has 20 days to object.
"""

from enum import StrEnum

from services.credit.domain.two_halves import BANDS


class Proposal(StrEnum):
    UP = "up"
    SAME = "same"
    DOWN = "down"
    LOOK = "look"
    """The file cannot be scored as it stands, or a veto stands: a person looks."""


def proposal(now: str, scored_anew: str | None) -> Proposal:
    """For the band that the grade carries and the band of the file as it stands; None when it is not scored yet."""
    if now not in BANDS or scored_anew not in BANDS:
        return Proposal.LOOK
    before, after = BANDS.index(now), BANDS.index(scored_anew)
    return Proposal.SAME if before == after else Proposal.UP if after > before else Proposal.DOWN
