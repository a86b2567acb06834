"""When a village is a credit village."""

from dataclasses import replace

import pytest

from services.credit.domain.credit_village import VillageFigures, VillageVerdict, credit_village
from tests.builders.title_policies import VILLAGE_POLICY_1, ZHAOYANG_2014

GOOD = VillageFigures(
    households=250,
    with_file=250,
    rated=100,
    credit=75,
    borrowers=40,
    borrowers_on_time=39,
    balance_cents=1_000_000_00,
    npl_cents=5_000_00,
    new_npl_cents=0,
)


def _result(verdict: VillageVerdict, name: str) -> str:
    return next(test.result.value for test in verdict.tests if test.name == name)


def _judge(**changed: int) -> VillageVerdict:
    return credit_village(replace(GOOD, **changed), VILLAGE_POLICY_1)


def test_a_good_village_is_a_credit_village_and_every_test_shows_its_numbers() -> None:
    verdict = _judge()
    assert (verdict.credit_village, verdict.stars, verdict.policy_version) == (True, 1, "credit-village@1")
    assert [(one.name, one.numerator, one.denominator, one.threshold, one.result) for one in verdict.tests] == [
        ("files", 250, 250, 80, "pass"),
        ("credit_of_rated", 75, 100, 70, "pass"),
        ("on_time", 39, 40, 90, "pass"),
        ("npl_of_balance", 5_000_00, 1_000_000_00, 3, "pass"),
        ("new_npl", 0, 1_000_000_00, 1, "pass"),
        ("rated", 100, None, 30, "pass"),
    ]


@pytest.mark.parametrize(
    ("name", "at_edge", "beyond"),
    [
        ("files", {"with_file": 200}, {"with_file": 199}),
        ("credit_of_rated", {"credit": 70}, {"credit": 69}),
        ("credit_of_rated", {"rated": 110, "credit": 77}, {"rated": 110, "credit": 76}),
        ("on_time", {"borrowers_on_time": 36}, {"borrowers_on_time": 35}),
        ("npl_of_balance", {"npl_cents": 30_000_00}, {"npl_cents": 30_000_01}),
        ("new_npl", {"new_npl_cents": 10_000_00}, {"new_npl_cents": 10_000_01}),
        ("rated", {"rated": 30, "credit": 30}, {"rated": 29, "credit": 29}),
    ],
)
def test_exactly_at_the_edge_passes_and_one_less_fails(
    name: str, at_edge: dict[str, int], beyond: dict[str, int]
) -> None:
    passing, failing = _judge(**at_edge), _judge(**beyond)
    assert (passing.credit_village, _result(passing, name)) == (True, "pass")
    assert (failing.credit_village, failing.stars, _result(failing, name)) == (False, 0, "fail")


def test_fewer_than_ten_borrowers_leave_the_loan_tests_not_measurable_and_no_title() -> None:
    verdict = _judge(borrowers=9, borrowers_on_time=9, npl_cents=0)
    assert [_result(verdict, name) for name in ("on_time", "npl_of_balance", "new_npl")] == ["not_measurable"] * 3
    assert (verdict.credit_village, verdict.stars) == (False, 0)
    assert _judge(borrowers=10, borrowers_on_time=10).credit_village


def test_a_balance_of_zero_leaves_the_balance_tests_not_measurable() -> None:
    verdict = _judge(balance_cents=0, npl_cents=0, new_npl_cents=0)
    assert [_result(verdict, name) for name in ("on_time", "npl_of_balance", "new_npl")] == [
        *("pass", "not_measurable", "not_measurable")
    ]
    assert not verdict.credit_village


def test_an_empty_village_has_no_title() -> None:
    verdict = credit_village(VillageFigures(0, 0, 0, 0, 0, 0, 0, 0, 0), VILLAGE_POLICY_1)
    assert (_result(verdict, "files"), _result(verdict, "credit_of_rated")) == ("not_measurable", "not_measurable")
    assert not verdict.credit_village


@pytest.mark.parametrize(
    ("credit", "npl_cents", "stars"),
    [
        (79, 0, 1),
        (80, 20_000_00, 2),
        (80, 20_000_01, 1),
        (89, 10_000_00, 2),
        (90, 10_000_00, 3),
        (90, 10_000_01, 2),
        (100, 30_000_00, 1),
    ],
)
def test_stars_need_both_the_share_and_few_bad_loans(credit: int, npl_cents: int, stars: int) -> None:
    assert _judge(credit=credit, npl_cents=npl_cents).stars == stars


def test_zhaoyang_2014_is_a_credit_village_by_its_own_rule_and_not_by_ours() -> None:
    # Its notice counted loans on time (299 of 311); ours counts borrowers, so the number only serves its own rule.
    zhaoyang = VillageFigures(
        households=1_110,
        with_file=1_110,
        rated=1_110,
        credit=24 + 87 + 625,
        borrowers=311,
        borrowers_on_time=299,
        balance_cents=8_340_200_00,
        npl_cents=66_100_00,
        new_npl_cents=0,
    )
    theirs, ours = credit_village(zhaoyang, ZHAOYANG_2014), credit_village(zhaoyang, VILLAGE_POLICY_1)
    assert (theirs.credit_village, len(theirs.tests)) == (True, 3)
    assert (ours.credit_village, _result(ours, "credit_of_rated")) == (False, "fail")
    share = next(one for one in ours.tests if one.name == "credit_of_rated")
    assert (share.numerator, share.denominator) == (736, 1_110)
    assert [one.name for one in ours.tests if not one.passed] == ["credit_of_rated"]
