"""Who is inside the village's quota? (规模控制、选票排序, report 四.8)

More votes come first. Between equal votes, in this order: the lower net income per head (unknown comes last), more
people in the household, the earlier application, the smaller case id. So two households never share a place.
"""

from collections.abc import Iterable
from uuid import UUID

from services.households.domain.identification import Case

TIE_RULE = "按得票多少排序；得票相同的，人均纯收入低的在前（不清楚的在后），再按家庭人口多的、申请早的在前"
"""The rule in the words of the village's wall."""


def rank(cases: Iterable[Case]) -> list[Case]:
    """The cases that were voted on, the first place first."""
    return sorted((case for case in cases if case.vote is not None), key=_place)


def inside_quota(cases: Iterable[Case], places_left: int) -> frozenset[UUID]:
    """The case ids that the places still reach; none when there is no place left."""
    return frozenset(case.case_id for case in rank(cases)[: max(0, places_left)])


def _place(case: Case) -> tuple[object, ...]:
    vote = case.vote
    assert vote is not None  # noqa: S101 - `rank` leaves out whoever was not voted on
    income = vote.income_cents
    return (-vote.votes, income is None, income or 0, -vote.people, case.applied_on, case.case_id)
