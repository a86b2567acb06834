"""What is sent to make the things of the little world."""

import uuid
from datetime import UTC, datetime
from typing import Any

from tests.e2e.people import TOWNSHIP


def unit_body() -> dict[str, Any]:
    return {"name": "某局", "level": "county", "kind": "government_unit", "region_code": TOWNSHIP}


def cadre_body(unit: str) -> dict[str, Any]:
    return {"unit_id": unit, "name": "严正", "rank": "staff", "region_code": TOWNSHIP, "valid_from": "2020-01-01"}


def talk_notice_body(cadre: str) -> dict[str, Any]:
    return {
        "cadre_id": cadre,
        "kind": "talk_notice",
        "reason": "整改逾期未完成",
        "evidence": "督查通报第 3 号",
        "round": {"year": 2026, "quarter": 3},
    }


def appraisal_body(cadre: str, year: int) -> dict[str, Any]:
    """A good year with one deduction."""
    return {
        "cadre_id": cadre,
        "year": year,
        "province": {"points": 9500, "reference": "省考核通报第 1 号"},
        "evaluation": {"points": 9000, "reference": "群众民主测评第 2 次"},
        "deductions": [{"code": "rectification_overdue", "evidence": "整改台账第 12 号"}],
    }


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


def visit_body(household: str, **more: Any) -> dict[str, Any]:
    """Just now, with something found."""
    body = {"visit_id": str(uuid.uuid4()), "household_id": household, "kind": "routine"}
    found = {"findings": [{"kind": "need", "what": "想养山羊", "thing_kind": "production"}]}
    return body | {"visited_at": datetime.now(UTC).isoformat(timespec="seconds")} | found | more


def task_body(village: str, cadre: str, **more: Any) -> dict[str, Any]:
    return {"village_code": village, "cadre_id": cadre, "what": "核对医保缴费", "due_on": "2199-12-31"} | more
