"""The figures of inspections and evaluations that are shipped with the service."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from services.cadres.domain.inspection_policy import Cycle, InspectionPolicy

SHIPPED = Path(__file__).parents[1] / "data" / "inspection_policy.json"


def load_inspection_policies(path: Path = SHIPPED) -> tuple[InspectionPolicy, ...]:
    """Every policy of the file. Raises KeyError or ValueError for a file that is not of the form."""
    return tuple(_policy(entry) for entry in json.loads(path.read_text("utf-8"))["policies"])


def _policy(entry: dict[str, Any]) -> InspectionPolicy:
    return InspectionPolicy(
        valid_from=date.fromisoformat(entry["valid_from"]),
        cycles=tuple(Cycle(**cycle) for cycle in entry["cycles"]),
        rectify_days=int(entry["rectify_days"]),
        evaluation_answers=tuple(entry["evaluation_answers"]),
        least_ballots=int(entry["least_ballots"]),
    )
