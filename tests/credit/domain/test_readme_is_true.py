"""The service's README names every rule's file, and prints a refusal in the words that the card has today."""

import re
from pathlib import Path

from services.credit.domain.explain_grade import ASK_FOR_REVIEW, explain_grade
from services.credit.domain.raise_grade import RaiseGrade
from services.credit.domain.score_household import score
from tests.builders.worked_cases import H4, rural_household

CREDIT = Path(__file__).resolve().parents[3] / "services" / "credit"
README = (CREDIT / "README.md").read_text("utf-8")
REFUSAL = README[README.index("## One refusal, seen from both sides") :]
MECHANISMS = {"__init__", "findings", "grade_case"}
"""What answers no question by itself: how findings are gathered, and what a case is made of."""


def test_every_file_that_the_readme_names_is_there() -> None:
    named = re.findall(r"`((?:domain|storage|use_cases|api)/\w+\.py)`", README)
    assert len(named) > 60
    assert [name for name in named if not (CREDIT / name).exists()] == []


def test_every_rule_of_the_domain_is_in_the_readme() -> None:
    rules = {path.stem for path in (CREDIT / "domain").glob("*.py")} - MECHANISMS
    assert {rule for rule in rules if f"`domain/{rule}.py`" not in README} == set()


def test_the_printed_refusal_says_what_the_card_says_of_h4() -> None:
    card = rural_household()
    found = score(card, H4)
    for reason in explain_grade(card, found.bins):
        assert f'{{"code": "{reason.code}", "text": "{reason.text}"}}' in REFUSAL
    for one in RaiseGrade(card).improvements(found.total, found.band, found.points):
        assert f'"text": "{one.text}"' in REFUSAL
    assert f'"grade": "{found.band}", "total": {found.total}' in REFUSAL
    assert f'"review": "{ASK_FOR_REVIEW}"' in REFUSAL
    assert f'"sha256": "{card.sha256[:8]}…"' in REFUSAL


def test_the_printed_answer_to_the_bank_has_the_same_codes_and_no_points() -> None:
    bank = REFUSAL[REFUSAL.index("A bank with its consent") :]
    card = rural_household()
    codes = [reason.code for reason in explain_grade(card, score(card, H4).bins)]
    assert re.findall(r'"(rural-household@1/[^"]+)"', bank) == codes
    assert '"points"' not in bank
