"""The worked cases of credit rules 2.2: twelve points, total, grade, reasons and cheapest raise of each."""

from typing import Any

import pytest

from services.credit.domain.explain_grade import explain_grade
from services.credit.domain.raise_grade import RaiseGrade
from services.credit.domain.score_household import score
from tests.builders.worked_cases import ATTRIBUTES, H1, H3, H4, H6, rural_household

CASES = {
    "H1": (H1, (), (7, 0, 7, 5, 12, 7, 5, 2, 20, 5, 5, 8), 83, "AAA", "A2/none B1/b3 C4/b2 E1/b9", ()),
    "H3": (
        *(H3, (), (7, 0, 4, 5, 12, 5, 5, 2, 12, 2, 5, 7), 66, "A", "D1/no_record A2/none B1/b2 C2/b3"),
        (("A2", 0, 4),),
    ),
    "H4": (
        *(H4, (), (3, 0, 1, 5, 9, 5, 3, 0, 14, 4, 5, 6), 55, "none", "B1/b1 A2/none D1/b2 A1/b2"),
        (("A2", 0, 7),),
    ),
    "H6": (H6, (), (7, 0, 9, 5, 9, 7, 5, 2, 20, 5, 5, 8), 82, "AAA", "A2/none C1/b2 C4/b2 E1/b9", ()),
    "H8": (H1, ("V1",), (7, 0, 7, 5, 12, 7, 5, 2, 20, 5, 5, 8), 83, "vetoed", "V1 A2/none B1/b3 C4/b2 E1/b9", ()),
}


@pytest.mark.parametrize("case", CASES)
def test_a_worked_case_gives_its_points_grade_reasons_and_cheapest_raise(case: str) -> None:
    facts, vetoes, points, total, band, reasons, raises = CASES[case]
    card = rural_household()
    found = score(card, facts, vetoes)
    assert dict(zip(ATTRIBUTES, points, strict=True)) == found.points
    assert (found.total, found.band, found.missing) == (total, band, ())
    codes = [reason.code for reason in explain_grade(card, found.bins, found.vetoes)]
    assert codes == [_code(reason) for reason in reasons.split()]
    climbs = RaiseGrade(card).improvements(found.total, found.band, found.points)
    assert tuple((climb.attribute, climb.from_points, climb.to_points) for climb in climbs) == raises


def _code(reason: str) -> str:
    return f"rural-household@1/{reason}" if "/" in reason else f"veto/{reason}"


def test_a_household_that_never_borrowed_is_not_refused_for_it_and_can_reach_89() -> None:
    best: dict[str, Any] = H1 | {
        "workers": 3,
        "skill": "certificate",
        "net_income_cents": 200_000_00,
        "net_assets_cents": 400_000_00,
        "debt_service_cents": 0,
        "income_sources": 3,
        "insurance_orders": 2,
        "worst_days_past_due": None,
        "months_since_first_loan": None,
        "lenders": 0,
        "reviews": [10] * 5,
    }
    found = score(rural_household(), best)
    assert sum(found.points[name] or 0 for name in ("D1", "D2", "D3")) == 19
    assert (found.total, found.band) == (89, "AAA")


@pytest.mark.parametrize("name", H1)
def test_a_missing_fact_makes_the_household_not_rated_and_is_named(name: str) -> None:
    without = {key: value for key, value in H1.items() if key != name}
    found = score(rural_household(), without, ["V1"])
    assert (found.total, found.band, found.missing) == (None, "not_rated", (name,))
    assert set(found.bins.values()) >= {"missing"}


def test_fewer_than_five_reviewers_give_no_rating() -> None:
    found = score(rural_household(), H1 | {"reviews": [8, 8, 8, 8]})
    assert (found.total, found.band, found.points["E1"], found.bins["E1"]) == (None, "not_rated", None, "missing")
    assert found.missing == ("reviews",)


def test_a_vetoed_household_keeps_total_and_points() -> None:
    plain, vetoed = score(rural_household(), H3), score(rural_household(), H3, ["V5", "V2", "V5"])
    assert (vetoed.total, vetoed.points) == (plain.total, plain.points)
    assert (vetoed.band, vetoed.vetoes) == ("vetoed", ("V2", "V5"))
