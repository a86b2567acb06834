"""A bank sees what a household agreed to, on the days it agreed to, and learns nothing from a refusal."""

from dataclasses import replace
from datetime import date

import pytest

from services.credit.domain.consent_in_force import Consent, GradeQuery, consent_in_force

CONSENT = Consent(
    household_id="h1",
    bank_id="b1",
    purposes=frozenset({"loan_review"}),
    fields=frozenset({"grade", "reasons"}),
    valid_from=date(2026, 5, 1),
    valid_to=date(2026, 5, 31),
    withdrawn=False,
)
QUERY = GradeQuery("h1", "b1", "loan_review", frozenset({"grade", "reasons", "valid_until"}))
POLICY = ("grade", "valid_until", "reasons")


@pytest.mark.parametrize("day", [date(2026, 5, 1), date(2026, 5, 15), date(2026, 5, 31)])
def test_first_and_last_day_are_within(day: date) -> None:
    verdict = consent_in_force(CONSENT, QUERY, POLICY, day)
    assert (verdict.allowed, verdict.code) == (True, "ok")


@pytest.mark.parametrize("day", [date(2026, 4, 30), date(2026, 6, 1)])
def test_the_day_before_and_the_day_after_are_not(day: date) -> None:
    assert consent_in_force(CONSENT, QUERY, POLICY, day).code == "consent_invalid"


def test_the_answer_is_asked_and_consented_and_policy() -> None:
    assert consent_in_force(CONSENT, QUERY, POLICY, date(2026, 5, 2)).fields == {"grade", "reasons"}
    assert consent_in_force(CONSENT, QUERY, ["grade"], date(2026, 5, 2)).fields == {"grade"}
    less = replace(QUERY, fields=frozenset({"reasons", "net_income_cents"}))
    assert consent_in_force(CONSENT, less, POLICY, date(2026, 5, 2)).fields == {"reasons"}


@pytest.mark.parametrize(
    ("consent", "query"),
    [
        (None, QUERY),
        (replace(CONSENT, withdrawn=True), QUERY),
        (replace(CONSENT, household_id="h2"), QUERY),
        (replace(CONSENT, bank_id="b2"), QUERY),
        (CONSENT, replace(QUERY, purpose="post_loan")),
        (CONSENT, replace(QUERY, fields=frozenset({"valid_until"}))),
    ],
)
def test_every_refusal_reads_the_same(consent: Consent | None, query: GradeQuery) -> None:
    refusal = consent_in_force(consent, query, POLICY, date(2026, 5, 2))
    assert refusal == consent_in_force(None, QUERY, POLICY, date(2026, 5, 2))
    assert (refusal.allowed, refusal.code, refusal.fields) == (False, "consent_invalid", frozenset())
