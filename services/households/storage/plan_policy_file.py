"""The policy figures of plans, funds and dividends as shipped with the service."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from services.households.domain.plan_policy import MeasureKind, PlanPolicy

SHIPPED = Path(__file__).parents[1] / "data" / "plan_policy.json"


def load_plan_policies(path: Path = SHIPPED) -> tuple[PlanPolicy, ...]:
    """Every policy of the file. Raises KeyError or ValueError for a file that is not of the form."""
    return tuple(_policy(entry) for entry in json.loads(path.read_text("utf-8"))["policies"])


def _policy(entry: dict[str, Any]) -> PlanPolicy:
    kinds = {
        code: MeasureKind(code, kind["name"], tuple(kind.get("types", ())), kind.get("most"))
        for code, kind in entry["measure_kinds"].items()
    }
    if unknown := {t for kind in kinds.values() for t in kind.types} - set(entry["poverty_types"]):
        raise ValueError(f"measures for types that are not there: {sorted(unknown)}")
    return PlanPolicy(
        valid_from=date.fromisoformat(entry["valid_from"]),
        poverty_types=dict(entry["poverty_types"]),
        causes=tuple(entry["causes"]),
        measure_kinds=kinds,
        reserve_cents_per_household=int(entry["reserve_cents_per_household"]),
        income_target_cents=int(entry["income_target_cents"]),
        village_plan_years=int(entry["village_plan_years"]),
        dividend_parts={part: int(weight) for part, weight in entry["dividend_parts"].items()},
        dividend_weight=int(entry["dividend_weight"]),
    )
