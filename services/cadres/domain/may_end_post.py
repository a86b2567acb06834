"""May this posting end on this day, for this reason? (report 四.8, 一定三年不变)"""

from datetime import date

from services.cadres.domain.errors import EarlyEndNeedsReason, EndBeforeStart, PostEnded
from services.cadres.domain.posting import TERM_OVER, PostEndReason, Posting
from shared.errors import Failure


def may_end_post(posting: Posting, ends_on: date, reason: PostEndReason, note: str | None) -> Failure | None:
    """None when it may, else the reason why not. Before its term is over a posting ends with a recorded reason only."""
    if posting.ended_on is not None:
        return PostEnded()
    if ends_on < posting.started_on:
        return EndBeforeStart()
    early = posting.term_ends_on is not None and ends_on < posting.term_ends_on
    if early and (reason == TERM_OVER or not note):
        return EarlyEndNeedsReason(term_ends_on=str(posting.term_ends_on))
    return None
