"""What siblings tell the credit service, and what a household's file and consent look like."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from shared.change_log import Change
from shared.ids import new_id
from tests.credit.days import BANK, TODAY


def region(code: str, level: str, kind: str, **more: Any) -> Change:
    parent = code[:9] if level == "village" else code[:6]
    payload = {"name": f"地{code[-3:]}", "level": level, "kind": kind, "parent": parent, "poor_village": False}
    payload |= {"ended_on": None, "successor": None, **more}
    return Change("region", code, payload)


def household(
    household_id: UUID, village: str, *, poor: bool = False, identities: Sequence[str] = (), **more: Any
) -> Change:
    payload = {
        "village_code": village,
        "head": "李**",
        "people": 4,
        "identities": list(identities),
        "registered_poor": poor,
        "monitored": False,
        "closed": False,
        "demonstration": False,
        **more,
    }
    return Change("household", str(household_id), payload)


def pairing(household_id: UUID, cadre_id: UUID | None) -> Change:
    return Change("pairing", str(household_id), {"cadre_id": cadre_id and str(cadre_id), "cadre_name": "王芳"})


def use_of_money(household_id: UUID, village: str, *, as_agreed: bool, **more: Any) -> Change:
    """What a visit said, as the cadres service tells it; the same key is the same finding."""
    told = {
        "household_id": str(household_id),
        "village_code": village,
        "visited_on": "2026-11-20",
        "visited_by": "cadre-1",
        "as_agreed": as_agreed,
        "loan_number": None,
    }
    return Change("use_of_money", str(more.pop("key", new_id())), told | more)


def veto(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "evidence": "判决书",
        "source": "法院",
        "opened_on": date(2026, 1, 1),
        "expires_on": None,
        "cleared_on": None,
        "entered_by": "test",
    }


def consent_body(household_id: UUID, **given: Any) -> dict[str, Any]:
    return {
        "household_id": str(household_id),
        "partner_id": BANK,
        "purposes": ["loan_review"],
        "fields": ["grade", "validity", "reasons"],
        "valid_from": TODAY.isoformat(),
        "valid_to": (TODAY + timedelta(days=365)).isoformat(),
        "written": True,
        **given,
    }
