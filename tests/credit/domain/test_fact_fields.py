"""What must never be scored has no way into this service."""

import copy
from typing import Any

import pytest

from services.credit.domain.card_document import card_from_document, card_to_document
from services.credit.domain.errors import CardRefused, FactsRefused, FactsUnknown
from services.credit.domain.fact_fields import FACT_FIELDS, WholeNumber, check_card_fields, check_facts
from tests.builders.german_credit import german_card
from tests.builders.worked_cases import H1, H3, rural_household

BANNED = [
    *("sex", "gender", "ethnicity", "religion", "health_status", "illness", "disability_level", "marital_status"),
    *("age", "birth_date", "headAge", "party_member", "office_held", "family_origin", "children", "subsidies_cents"),
    *("poverty_status", "monitoring_type", "relatives_offences", "moral_points", "village_title"),
    *("性别", "户主年龄", "健康状况", "贫困类型", "道德积分"),
]


def _codes(facts: dict[str, Any], at: str = "") -> list[tuple[str, str]]:
    with pytest.raises((FactsRefused, FactsUnknown)) as refused:
        check_facts(facts, at=at)
    return [(finding["code"], finding["pointer"]) for finding in refused.value.data["errors"]]


@pytest.mark.parametrize("name", BANNED)
def test_a_banned_fact_is_refused_beside_all_the_others(name: str) -> None:
    assert _codes(H1 | {name: 1}) == [("fact_banned", f"/{name}")]


@pytest.mark.parametrize("name", BANNED)
def test_a_card_that_reads_a_banned_fact_is_not_for_households(name: str) -> None:
    doc = copy.deepcopy(card_to_document(rural_household()))
    doc["attributes"][2]["denominators"][0] = name
    with pytest.raises(CardRefused) as refused:
        check_card_fields(card_from_document(doc))
    assert [(one["code"], one["pointer"]) for one in refused.value.data["errors"]] == [("fact_banned", "/attributes/2")]


def test_the_engine_may_score_an_age_that_this_service_may_not_keep() -> None:
    assert "age_in_years" in german_card().fields
    with pytest.raises(CardRefused):
        check_card_fields(german_card())


def test_the_shipped_card_reads_exactly_the_facts_that_are_kept() -> None:
    check_card_fields(rural_household())
    assert set(rural_household().fields) == set(FACT_FIELDS)


def test_unknown_facts_are_refused_under_the_callers_pointer() -> None:
    assert _codes({"wokers": 1, "a/b~": 2}, at="/facts") == [
        ("fact_unknown", "/facts/wokers"),
        ("fact_unknown", "/facts/a~1b~0"),
    ]


@pytest.mark.parametrize("facts", [H1, H3, {}, H1 | {"vetoes": ["V1", "V5"]}, dict.fromkeys(FACT_FIELDS)])
def test_known_facts_are_taken_absent_and_null_ones_too(facts: dict[str, Any]) -> None:
    check_facts(facts)


@pytest.mark.parametrize(
    "changed",
    [
        {"workers": -1},
        {"workers": True},
        {"workers": "2"},
        {"workers": 2.0},
        {"people": 0},
        {"net_income_cents": 10**12 + 1},
        {"county_median_cents": 0},
        {"insurance_orders": 3},
        {"skill": "phd"},
        {"reviews": [11]},
        {"reviews": [8, None]},
        {"reviews": "88888"},
        {"vetoes": ["V6"]},
        {"vetoes": "V1"},
        {"vetoes": None},
    ],
)
def test_a_value_out_of_type_or_range_is_refused(changed: dict[str, Any]) -> None:
    assert _codes(H1 | changed) == [("fact_type", f"/{next(iter(changed))}")]


def test_more_bills_on_time_than_due_contradict_but_no_bill_due_is_no_record() -> None:
    assert _codes(H1 | {"bills_ok": 13}) == [("fact_contradiction", "/bills_ok")]
    check_facts(H1 | {"bills_due": 0})


def test_the_ranges_keep_cross_multiplication_within_64_bits() -> None:
    def most(name: str) -> int:
        kind = FACT_FIELDS[name]
        assert isinstance(kind, WholeNumber)
        return max(abs(kind.least), kind.most)

    finest = 10**6
    assert most("people") * most("county_median_cents") * finest < 2**63
    assert max(most(name) for name in FACT_FIELDS if isinstance(FACT_FIELDS[name], WholeNumber)) * finest < 2**63
