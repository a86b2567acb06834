"""What may a recalled person (召回) not be for two years, and whose posting ends by a decision? (report 四.3)"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, get_args

from services.cadres.domain.cadre import Rank
from services.cadres.domain.decision import DecisionKind
from services.cadres.domain.decision_errors import (
    BarredFromPost,
    BarredFromPromotion,
    RecallNotDecided,
    ResignationNotDecided,
)
from services.cadres.domain.personal_file import PersonalFile, barred_until, in_force
from services.cadres.domain.policy import Policy
from services.cadres.domain.posting import RECALLED, RESIGNED, PostEndReason
from shared.errors import Failure

LADDER: Final[tuple[Rank, ...]] = get_args(Rank)[:5]
"""From the highest rank to the lowest; the others are on no ladder."""
BY_DECISION: Final[Mapping[PostEndReason, tuple[DecisionKind, type[Failure]]]] = {
    RECALLED: ("recall", RecallNotDecided),
    RESIGNED: ("resignation", ResignationNotDecided),
}
"""Reasons to end a posting that are only said of somebody about whom it was decided."""


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
    """By recall or resignation a posting ends only where that of somebody in it was decided: told, answered, by two
    people."""
    if reason not in BY_DECISION:
        return None
    kind, refusal = BY_DECISION[reason]
    return None if any(one.kind == kind for file in files for one in in_force(file)) else refusal()
