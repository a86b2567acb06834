"""Which policies does this service bring along, and which version of each is in force on a day?

Every JSON file of a folder of `services/credit/data` is one version of that folder's policy.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from services.credit.domain.grade_policy import GradePolicy, grade_policy_from
from services.credit.domain.policy_in_force import policy_in_force
from services.credit.domain.retention_policy import RetentionPolicy, retention_policy_from
from services.credit.domain.title_policy import TitlePolicy, title_policy_from

_DATA = Path(__file__).resolve().parent.parent / "data"
Policy = TypeVar("Policy")


@cache
def grade_policies() -> tuple[GradePolicy, ...]:
    return _versions("course", grade_policy_from)


@cache
def title_policies() -> tuple[TitlePolicy, ...]:
    return _versions("titles", title_policy_from)


@cache
def retention_policies() -> tuple[RetentionPolicy, ...]:
    return _versions("retention", retention_policy_from)


def grade_policy(day: date) -> GradePolicy:
    return policy_in_force(grade_policies(), day)


def title_policy(day: date) -> TitlePolicy:
    return policy_in_force(title_policies(), day)


def retention_policy(day: date) -> RetentionPolicy:
    return policy_in_force(retention_policies(), day)


def _versions(folder: str, read: Callable[[Mapping[str, Any]], Policy]) -> tuple[Policy, ...]:
    """By file name."""
    return tuple(read(json.loads(path.read_text("utf-8"))) for path in sorted((_DATA / folder).glob("*.json")))
