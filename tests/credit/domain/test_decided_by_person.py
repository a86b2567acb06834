"""What a household is told of a grade that a person set."""

import pytest

from services.credit.domain.decided_by_person import decided_by_person
from tests.builders.worked_cases import rural_household


@pytest.mark.parametrize(
    ("total", "band", "words"),
    [
        (83, "AA", "按83分算是AAA级；工作人员看了银行的推荐意见，定为AA级，理由写在这次评级的记录里。"),
        (59, "A", "按59分算还评不上等级；工作人员看了银行的推荐意见，定为A级，理由写在这次评级的记录里。"),
        (72, "none", "按72分算是AA级；工作人员看了银行的推荐意见，先不给等级，理由写在这次评级的记录里。"),
    ],
)
def test_a_grade_that_does_not_follow_from_its_points_says_who_set_it(total: int, band: str, words: str) -> None:
    assert decided_by_person(rural_household(), total, band) == words


@pytest.mark.parametrize(("total", "band"), [(83, "AAA"), (60, "A"), (59, "none"), (83, "vetoed"), (None, "not_rated")])
def test_a_grade_that_follows_from_its_points_or_stands_under_a_veto_says_nothing(total: int | None, band: str) -> None:
    assert decided_by_person(rural_household(), total, band) is None
