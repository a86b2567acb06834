"""What may a recalled person not be, and who may be called recalled? (召回: 两年内不得晋升职务、职级, report 四.3)"""

from collections.abc import Iterable
from datetime import date
from typing import Final, get_args

from services.cadres.domain.cadre import Rank
from services.cadres.domain.decision_errors import BarredFromPost, BarredFromPromotion, RecallNotDecided
from services.cadres.domain.personal_file import PersonalFile, barred_until, in_force
from services.cadres.domain.policy import Policy
from services.cadres.domain.posting import RECALLED, PostEndReason
from shared.errors import Failure

LADDER: Final[tuple[Rank, ...]] = get_args(Rank)[:5]
"""From the highest rank to the lowest; the others are on no ladder."""


def may_be_posted_after(kind: str, files: Iterable[PersonalFile], policy: Policy, on: date) -> Failure | None:
    """None when it may, else the reason: a recall in force keeps from the posts that are a promotion."""
    if kind not in policy.barred_posts:
        return None
    bars = [until for file in files if (until := barred_until(file, policy, on)) is not None]
    return BarredFromPost(until=str(max(bars))) if bars else None


def may_be_ranked_after(before: Rank, after: Rank, file: PersonalFile, policy: Policy, on: date) -> Failure | None:
    """Whoever is recalled rises neither on the ladder nor onto it."""
    if after not in LADDER or (before in LADDER and LADDER.index(before) <= LADDER.index(after)):
        return None
    until = barred_until(file, policy, on)
    return None if until is None else BarredFromPromotion(until=str(until))


def may_end_as(reason: PostEndReason, files: Iterable[PersonalFile]) -> Failure | None:
    """A posting ends by recall only where the recall of somebody in it was decided: told, answered, by two people."""
    if reason != RECALLED or any(one.kind == "recall" for file in files for one in in_force(file)):
        return None
    return RecallNotDecided()
