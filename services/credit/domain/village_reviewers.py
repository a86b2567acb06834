"""Which reviews of a village meeting count, and are they enough?

Relatives and creditors recuse: they are named and give no points. Whoever does not recuse gives 0–10, once; at least
five of them are needed (credit rules 2.2, 2.4).
"""

from collections.abc import Sequence

from services.credit.domain.grade_case import Reviewer

NO_RELATION = "none"


def must_recuse(reviewers: Sequence[Reviewer]) -> bool:
    """Did a relative or a creditor give points?"""
    return any(one.relation != NO_RELATION and one.points is not None for one in reviewers)


def named_twice(reviewers: Sequence[Reviewer]) -> bool:
    return len({one.person for one in reviewers}) != len(reviewers)


def counted_reviews(reviewers: Sequence[Reviewer]) -> tuple[int, ...]:
    """The points that count, in the order given."""
    return tuple(one.points for one in reviewers if one.relation == NO_RELATION and one.points is not None)


def enough_reviewers(reviewers: Sequence[Reviewer], at_least: int) -> bool:
    return len(counted_reviews(reviewers)) >= at_least
