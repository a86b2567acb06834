"""The thresholds of a grade's course are data with a first day."""

from datetime import date
from typing import Any

import pytest

from services.credit.domain.grade_policy import GradePolicy, grade_policy_from
from services.credit.domain.policy_in_force import policy_in_force
from tests.builders.grade_policies import GRADE_POLICY_1

SECOND: dict[str, Any] = {
    "version": "grade-course-2",
    "effective_from": "2027-01-01",
    "least_reviewers": 7,
    "attendance_of": 4,
    "attendance_at_least": 3,
    "notice_days": 10,
    "objection_days": 15,
    "months_valid": 12,
    "months_to_review": 6,
    "bands_apart": 2,
    "most_open_objections": 30,
}


def test_a_second_version_counts_from_its_first_day_on_and_the_order_of_the_files_does_not_matter() -> None:
    second = grade_policy_from(SECOND)
    for policies in ((GRADE_POLICY_1, second), (second, GRADE_POLICY_1)):
        assert policy_in_force(policies, date(2026, 12, 31)) == GRADE_POLICY_1
        assert policy_in_force(policies, date(2027, 1, 1)) == second


def test_before_the_first_version_the_first_one_counts() -> None:
    assert policy_in_force((GRADE_POLICY_1, grade_policy_from(SECOND)), date(1999, 1, 1)) == GRADE_POLICY_1


@pytest.mark.parametrize("name", sorted(set(SECOND)))
def test_a_document_that_lacks_a_threshold_is_refused(name: str) -> None:
    with pytest.raises((KeyError, TypeError)):
        grade_policy_from({key: value for key, value in SECOND.items() if key != name})


def test_a_document_with_a_threshold_that_nothing_reads_is_refused() -> None:
    with pytest.raises(TypeError):
        grade_policy_from(SECOND | {"notice_weeks": 1})


def test_the_shipped_policy_is_the_rule() -> None:
    """Seven full days, twenty days to object, two years with a review after one, five reviewers, two thirds there."""
    assert GradePolicy("grade-course-1", date(2020, 1, 1), 5, 3, 2, 7, 20, 24, 12, 1, 20) == GRADE_POLICY_1
