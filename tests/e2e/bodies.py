"""What is sent to make the things of the little world."""

from typing import Any

from tests.e2e.people import TOWNSHIP


def unit_body() -> dict[str, Any]:
    return {"name": "某局", "level": "county", "kind": "government_unit", "region_code": TOWNSHIP}


def cadre_body(unit: str) -> dict[str, Any]:
    return {"unit_id": unit, "name": "严正", "rank": "staff", "region_code": TOWNSHIP, "valid_from": "2020-01-01"}


def consent_body(household: str) -> dict[str, Any]:
    """Given by an official at the household's side."""
    return {
        "household_id": household,
        "partner_id": "demo-bank-1",
        "purposes": ["loan_review"],
        "fields": ["grade"],
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
        "written": True,
        "given_through": "assisted",
        "witness": "村支书",
    }


def veto_body() -> dict[str, Any]:
    return {"code": "V1", "evidence": "判决书", "source": "法院", "opened_on": "2026-01-01"}


def wish_body(household: str) -> dict[str, Any]:
    return {"household_id": household, "kind": "school_supplies", "need": "一盏学习用的台灯", "amount_cents": 9_900}


def need_body(household: str) -> dict[str, Any]:
    return {"household_id": household, "kind": "production", "words": "想养 20 只山羊", "wanted_cents": 500_000}
