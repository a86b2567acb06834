"""By which thresholds does a grade come into effect and end? A version of the policy, as data (credit rules 2.4)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class GradePolicy:
    """In force from a day on until the next version is.

    Days are full days with the first one not counted; months end on the same date. `most_open_objections`: how many
    from outside the household wait against one case at a time.
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
    most_open_objections: int

    @property
    def figures(self) -> Mapping[str, int]:
        """What the sentences of refusals are filled from, by name."""
        return {name: value for name, value in asdict(self).items() if isinstance(value, int)}


def grade_policy_from(document: Mapping[str, Any]) -> GradePolicy:
    """Raises KeyError or TypeError for a document that lacks something or has more."""
    return GradePolicy(**{**document, "effective_from": date.fromisoformat(document["effective_from"])})
