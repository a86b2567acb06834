"""By which thresholds is a household identified? A version of the policy, as data with the day it begins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.households.domain.identification_state import State


@dataclass(frozen=True, slots=True)
class IdentificationPolicy:
    """`notice_days` are full days, the first not counted. At least `attendance_at_least` of every `attendance_of`
    members come to the assembly; more than `votes_more_than` of every `votes_of` who may vote are for it.
    `least_reviewers` sit in the meeting of a stage. What an exit needs of income is monitoring's figure."""

    version: str
    begins: date
    notice_days: int
    attendance_at_least: int
    attendance_of: int
    votes_more_than: int
    votes_of: int
    least_reviewers: Mapping[State, int]
    most_open_objections: int


def policy_on(policies: Iterable[IdentificationPolicy], day: date) -> IdentificationPolicy:
    """The version in force on a day: the newest that has begun. ValueError before the first, a fault of the data."""
    begun = [policy for policy in policies if policy.begins <= day]
    if not begun:
        raise ValueError(f"no identification policy is in force on {day}")
    return max(begun, key=lambda policy: policy.begins)
