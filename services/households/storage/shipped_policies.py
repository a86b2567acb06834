"""The versions of the identification policy that the product ships: `data/identification-policies.json`."""

import json
from datetime import date
from functools import cache
from pathlib import Path

from services.households.domain.identification_policy import IdentificationPolicy
from services.households.domain.identification_state import State

FILE = Path(__file__).resolve().parent.parent / "data" / "identification-policies.json"


@cache
def shipped_policies() -> tuple[IdentificationPolicy, ...]:
    return tuple(
        IdentificationPolicy(
            version=one["version"],
            begins=date.fromisoformat(one["begins"]),
            notice_days=one["notice_days"],
            attendance_at_least=one["attendance_at_least"],
            attendance_of=one["attendance_of"],
            votes_more_than=one["votes_more_than"],
            votes_of=one["votes_of"],
            least_reviewers={State(stage): number for stage, number in one["least_reviewers"].items()},
            most_open_objections=one["most_open_objections"],
            exit_lines={int(year): cents for year, cents in one["exit_lines_cents"].items()},
        )
        for one in json.loads(FILE.read_text("utf-8"))
    )
