"""Appraisals for the tests of rules: a good year by the shipped scheme, less what a test takes off."""

from typing import Any

from services.cadres.domain.appraisal import Appraisal, Deduction, Figure
from services.cadres.domain.decision import Decision
from services.cadres.storage.scheme_file import load_schemes

SCHEME = load_schemes()[0]


def appraisal(decided: Decision, *deductions: Deduction, **more: Any) -> Appraisal:
    """Of a decision, with nothing taken off but these; the province's figure and the people's vote are 95 and 90."""
    values: dict[str, Any] = {
        "cadre_id": decided.cadre_id, "case_id": decided.case_id, "year": decided.year or 2025, "pool": "511921",
        "scheme": SCHEME, "province": Figure(9500, "p"), "evaluation": Figure(9000, "e"),
        "deductions": deductions, "outstanding": False,
    }  # fmt: skip
    return Appraisal(**values | more)
