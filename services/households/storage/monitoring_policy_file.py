"""The policy figures of monitoring and the working-day calendar: those shipped, or files of the same form."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from services.households.domain.monitoring_policy import MonitoringPolicy, MonitoringRules
from services.households.domain.working_days import WorkingDays, YearOfDays

DATA = Path(__file__).resolve().parent.parent / "data"
POLICY, CALENDAR = DATA / "monitoring-policy.json", DATA / "working-days.json"


def load_monitoring_rules(policy: Path | None = None, calendar: Path | None = None) -> MonitoringRules:
    """Raises KeyError or ValueError for a file that is not of the form."""
    policies = json.loads((policy or POLICY).read_text("utf-8"))["policies"]
    years = json.loads((calendar or CALENDAR).read_text("utf-8"))["years"]
    return MonitoringRules(
        tuple(_policy(entry) for entry in policies),
        WorkingDays({int(year): _year(int(year), entry) for year, entry in years.items()}),
    )


def _policy(entry: dict[str, Any]) -> MonitoringPolicy:
    return MonitoringPolicy(
        valid_from=date.fromisoformat(entry["valid_from"]),
        exit_income_cents=int(entry["exit_income_cents"]),
        watch_income_cents=int(entry["watch_income_cents"]),
        opening_rules=frozenset(entry["opening_rules"]),
        check_within_working_days=int(entry["check_within_working_days"]),
        watch_within_working_days=int(entry["watch_within_working_days"]),
        fix_within_working_days=int(entry["fix_within_working_days"]),
        departments=dict(entry["departments"]),
    )


def _year(year: int, entry: dict[str, Any]) -> YearOfDays:
    off, working = (
        frozenset(date.fromisoformat(day) for day in entry[name]) for name in ("days_off", "working_weekends")
    )
    if any(day.year != year for day in off | working):
        raise ValueError(f"a day of another year under {year}")
    return YearOfDays(bool(entry["announced"]), off, working)
