"""The versions of the identification policy: those shipped, or a file of the same form."""

import json
from datetime import date
from pathlib import Path

from services.households.domain.identification_policy import IdentificationPolicy
from services.households.domain.identification_state import MEETINGS

POLICY = Path(__file__).resolve().parent.parent / "data" / "identification-policy.json"


def load_identification_policies(file: Path | None = None) -> tuple[IdentificationPolicy, ...]:
    """Raises KeyError or ValueError for a file that is not of the form."""
    return tuple(
        IdentificationPolicy(
            version=str(one["version"]),
            begins=date.fromisoformat(one["begins"]),
            notice_days=int(one["notice_days"]),
            attendance_at_least=int(one["attendance_at_least"]),
            attendance_of=int(one["attendance_of"]),
            votes_more_than=int(one["votes_more_than"]),
            votes_of=int(one["votes_of"]),
            least_reviewers={stage: int(one["least_reviewers"][stage]) for stage in MEETINGS},
            most_open_objections=int(one["most_open_objections"]),
        )
        for one in json.loads((file or POLICY).read_text("utf-8"))["policies"]
    )
