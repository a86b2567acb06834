"""Which policies of grades does this service bring along? Every JSON file of `services/credit/data/course`."""

import json
from datetime import date
from functools import cache
from pathlib import Path

from services.credit.domain.grade_policy import GradePolicy, grade_policy_from
from services.credit.domain.policy_in_force import policy_in_force

_DATA = Path(__file__).resolve().parent.parent / "data" / "course"


@cache
def shipped_grade_policies() -> tuple[GradePolicy, ...]:
    """By file name."""
    return tuple(grade_policy_from(json.loads(path.read_text("utf-8"))) for path in sorted(_DATA.glob("*.json")))


def grade_policy(day: date) -> GradePolicy:
    """The one in force on a day."""
    return policy_in_force(shipped_grade_policies(), day)
