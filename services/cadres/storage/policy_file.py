"""The policy figures: those shipped with the service, or a file of the same form that the settings name."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from services.cadres.domain.policy import Policy

SHIPPED = Path(__file__).parents[1] / "data" / "policy.json"


def load_policies(path: Path | None = None) -> tuple[Policy, ...]:
    """Every policy of the file. Raises KeyError or ValueError for a file that is not of the form."""
    document = json.loads((path or SHIPPED).read_text("utf-8"))
    return tuple(_policy(entry) for entry in document["policies"])


def _policy(entry: dict[str, Any]) -> Policy:
    return Policy(
        valid_from=date.fromisoformat(entry["valid_from"]),
        most_households={rank: int(most) for rank, most in entry["most_households"].items()},
        team_least_people=int(entry["team_least_people"]),
        team_leader_ranks=frozenset(entry["team_leader_ranks"]),
        term_years={kind: int(years) for kind, years in entry["term_years"].items()},
        expiring_days=int(entry["expiring_days"]),
        selection_required=frozenset(entry.get("selection_required", ())),
        care_months={kind: int(months) for kind, months in entry.get("care_months", {}).items()},
        branch_activities=tuple(entry.get("branch_activities", ())),
        **_on_decisions(entry),
        **_on_visits(entry),
    )


def _on_decisions(entry: dict[str, Any]) -> dict[str, Any]:
    """A person's rights hold in every policy: a file from before these figures takes the shipped ones."""
    said = _shipped() | entry
    days = {name: int(said[name]) for name in ("reply_days", "appeal_days", "bar_years", "talk_notices_in_a_row")}
    return {**days, "barred_posts": frozenset(said["barred_posts"])}


def _on_visits(entry: dict[str, Any]) -> dict[str, Any]:
    """A file from before visits takes the shipped kinds and days, or no visit could be entered under it."""
    said = _shipped() | entry
    return {"visit_kinds": frozenset(said["visit_kinds"]), "visit_every_days": int(said["visit_every_days"])}


def _shipped() -> dict[str, Any]:
    newest: dict[str, Any] = json.loads(SHIPPED.read_text("utf-8"))["policies"][-1]
    return newest
