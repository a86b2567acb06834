"""By which thresholds does a grade come into effect and end? A version of the policy, as data (credit rules 2.4)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GradePolicy:
    """Days are full days with the first one not counted; months end on the same date."""

    version: str
    least_reviewers: int
    attendance_of: int
    attendance_at_least: int
    notice_days: int
    objection_days: int
    months_valid: int
    months_to_review: int
    bands_apart: int


GRADE_POLICY_1 = GradePolicy(
    version="grade-course-1",
    least_reviewers=5,
    attendance_of=3,
    attendance_at_least=2,
    notice_days=7,
    objection_days=20,
    months_valid=24,
    months_to_review=12,
    bands_apart=1,
)
