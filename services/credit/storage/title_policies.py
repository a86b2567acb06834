"""Which policies of titles does this service bring along? Every JSON file of `services/credit/data/titles`."""

import json
from datetime import date
from functools import cache
from pathlib import Path

from services.credit.domain.policy_in_force import policy_in_force
from services.credit.domain.title_policy import TitlePolicy, title_policy_from

_DATA = Path(__file__).resolve().parent.parent / "data" / "titles"


@cache
def shipped_policies() -> tuple[TitlePolicy, ...]:
    """By file name."""
    return tuple(title_policy_from(json.loads(path.read_text("utf-8"))) for path in sorted(_DATA.glob("*.json")))


def title_policy(day: date) -> TitlePolicy:
    """The one in force on a day."""
    return policy_in_force(shipped_policies(), day)
