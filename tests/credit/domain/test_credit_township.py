"""When a township is a credit township."""

from dataclasses import replace

import pytest

from services.credit.domain.credit_township import TownshipFigures, TownshipVerdict, credit_township
from tests.builders.title_policies import TOWNSHIP_POLICY_1

GOOD = TownshipFigures(
    rural_villages=10,
    credit_villages=7,
    borrowers=200,
    borrowers_on_time=190,
    balance_cents=8_000_000_00,
    npl_cents=0,
)


def _judge(**changed: int) -> TownshipVerdict:
    return credit_township(replace(GOOD, **changed), TOWNSHIP_POLICY_1)


def test_a_township_with_enough_credit_villages_and_good_loans_is_one() -> None:
    verdict = _judge()
    assert (verdict.may_apply, verdict.credit_township) == (True, True)
    assert [(one.name, one.numerator, one.denominator, one.threshold) for one in verdict.tests] == [
        ("credit_villages", 7, 10, 50),
        ("on_time", 190, 200, 90),
        ("npl_of_balance", 0, 8_000_000_00, 3),
    ]


@pytest.mark.parametrize(
    ("at_edge", "beyond"),
    [
        ({"credit_villages": 5}, {"credit_villages": 4}),
        ({"rural_villages": 7, "credit_villages": 4}, {"rural_villages": 7, "credit_villages": 3}),
        ({"borrowers_on_time": 180}, {"borrowers_on_time": 179}),
        ({"npl_cents": 240_000_00}, {"npl_cents": 240_000_01}),
    ],
)
def test_exactly_at_the_edge_passes_and_one_less_fails(at_edge: dict[str, int], beyond: dict[str, int]) -> None:
    assert _judge(**at_edge).credit_township
    assert not _judge(**beyond).credit_township


def test_a_street_without_villages_cannot_apply() -> None:
    verdict = _judge(rural_villages=0, credit_villages=0)
    assert (verdict.may_apply, verdict.credit_township) == (False, False)


def test_a_township_without_loans_is_not_measurable_which_is_not_a_pass() -> None:
    verdict = _judge(borrowers=0, borrowers_on_time=0, balance_cents=0)
    assert [one.result.value for one in verdict.tests] == ["pass", "not_measurable", "not_measurable"]
    assert not verdict.credit_township
