"""By which thresholds does a grade come into effect and end? A version of the policy, as data (credit rules 2.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class GradePolicy:
    """In force from a day on until the next version is.

    Days are full days with the first one not counted; months end on the same date.
    """

    version: str
    effective_from: date
    least_reviewers: int
    attendance_of: int
    attendance_at_least: int
    notice_days: int
    objection_days: int
    months_valid: int
    months_to_review: int
    bands_apart: int


def grade_policy_from(document: Mapping[str, Any]) -> GradePolicy:
    """Raises KeyError or TypeError for a document that lacks something or has more."""
    return GradePolicy(**{**document, "effective_from": date.fromisoformat(document["effective_from"])})
