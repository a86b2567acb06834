"""Every boundary of the table in credit rules 2.2, both sides of it."""

from typing import Any

import pytest

from services.credit.domain.score_household import score
from tests.builders.worked_cases import H1, rural_household

MEDIAN = 18_000_00
INCOME = 10_000_00


def _per_head(income: int) -> dict[str, Any]:
    return {"people": 1, "net_income_cents": income}


def _service(cents: int, income: int = INCOME) -> dict[str, Any]:
    return {"debt_service_cents": cents, "net_income_cents": income}


def _assets(cents: int, income: int = INCOME) -> dict[str, Any]:
    return {"net_assets_cents": cents, "net_income_cents": income}


def _bills(on_time: int, due: int) -> dict[str, Any]:
    return {"bills_ok": on_time, "bills_due": due}


BOUNDARIES: list[tuple[str, dict[str, Any], str, int]] = [
    *(("A1", {"workers": n}, f"b{b}", p) for n, b, p in ((0, 1, 0), (1, 2, 3), (2, 3, 7), (3, 4, 8), (9, 4, 8))),
    *(("A2", {"skill": s}, s, p) for s, p in (("none", 0), ("training", 4), ("certificate", 7))),
    ("B1", _per_head(-1), "b1", 1),
    ("B1", _per_head(MEDIAN // 2 - 1), "b1", 1),
    ("B1", _per_head(MEDIAN // 2), "b2", 4),
    ("B1", _per_head(MEDIAN * 8 // 10 - 1), "b2", 4),
    ("B1", _per_head(MEDIAN * 8 // 10), "b3", 7),
    ("B1", _per_head(MEDIAN * 12 // 10 - 1), "b3", 7),
    ("B1", _per_head(MEDIAN * 12 // 10), "b4", 9),
    ("B1", _per_head(MEDIAN * 2 - 1), "b4", 9),
    ("B1", _per_head(MEDIAN * 2), "b5", 10),
    ("B1", {"people": 3, "net_income_cents": 3 * MEDIAN // 2 - 1}, "b1", 1),
    ("B1", {"people": 3, "net_income_cents": 3 * MEDIAN // 2}, "b2", 4),
    ("B2", _bills(0, 12), "b1", 0),
    ("B2", _bills(79_999, 100_000), "b1", 0),
    ("B2", _bills(4, 5), "b2", 3),
    ("B2", _bills(94_999, 100_000), "b2", 3),
    ("B2", _bills(19, 20), "b3", 5),
    ("B2", _bills(0, 0), "no_record", 3),
    ("C1", _service(0), "b1", 12),
    ("C1", _service(0, -INCOME), "b1", 12),
    ("C1", _service(0, 0), "b1", 12),
    ("C1", _service(2_000_00), "b1", 12),
    ("C1", _service(2_000_01), "b2", 9),
    ("C1", _service(3_500_00), "b2", 9),
    ("C1", _service(3_500_01), "b3", 5),
    ("C1", _service(5_000_00), "b3", 5),
    ("C1", _service(5_000_01), "b4", 2),
    ("C1", _service(7_000_00), "b4", 2),
    ("C1", _service(7_000_01), "b5", 0),
    ("C1", _service(1, 0), "b6", 0),
    ("C1", _service(1, -1), "b6", 0),
    ("C2", _assets(-1), "b1", 0),
    ("C2", _assets(-1, 0), "b1", 0),
    ("C2", _assets(-1, -INCOME), "b1", 0),
    ("C2", _assets(0), "b2", 3),
    ("C2", _assets(4_999_99), "b2", 3),
    ("C2", _assets(5_000_00), "b3", 5),
    ("C2", _assets(9_999_99), "b3", 5),
    ("C2", _assets(10_000_00), "b4", 7),
    ("C2", _assets(19_999_99), "b4", 7),
    ("C2", _assets(20_000_00), "b5", 8),
    ("C2", _assets(0, 0), "b6", 3),
    ("C2", _assets(90_000_00, -1), "b6", 3),
    *(("C3", {"income_sources": n}, f"b{b}", p) for n, b, p in ((0, 1, 0), (1, 2, 3), (2, 3, 5), (3, 4, 6), (7, 4, 6))),
    *(("C4", {"insurance_orders": n}, f"b{n + 1}", p) for n, p in ((0, 0), (1, 2), (2, 4))),
    *(
        ("D1", {"worst_days_past_due": n}, b, p)
        for n, b, p in (
            *((None, "no_record", 12), (0, "b1", 20), (1, "b2", 14), (30, "b2", 14), (31, "b3", 7), (60, "b3", 7)),
            *((61, "b4", 2), (90, "b4", 2), (91, "b5", 0)),
        )
    ),
    *(
        ("D2", {"months_since_first_loan": n}, b, p)
        for n, b, p in (
            *((None, "none", 2), (0, "b1", 3), (1, "b1", 3), (11, "b1", 3)),
            *((12, "b2", 4), (35, "b2", 4), (36, "b3", 5)),
        )
    ),
    *(("D3", {"lenders": n}, f"b{b}", p) for n, b, p in ((0, 1, 5), (1, 1, 5), (2, 2, 4), (3, 3, 2), (4, 4, 0))),
    *(("E1", {"reviews": [k] * 5}, f"b{k + 1}", k) for k in range(11)),
]


@pytest.mark.parametrize(("attribute", "changed", "bin_id", "points"), BOUNDARIES)
def test_each_side_of_a_boundary_falls_in_its_bin(
    attribute: str, changed: dict[str, Any], bin_id: str, points: int
) -> None:
    found = score(rural_household(), H1 | changed)
    assert (found.bins[attribute], found.points[attribute]) == (bin_id, points)


@pytest.mark.parametrize(
    ("reviews", "mean"),
    [
        ([0, 10, 7, 7, 7], 7),
        ([0, 7, 7, 8, 10], 7),
        ([0, 7, 8, 8, 10], 8),
        ([0, 7, 7, 8, 8, 10], 8),
        ([0, 6, 7, 7, 7, 10], 7),
        ([9, 9, 9, 9, 10], 9),
        ([1, 1, 1, 1, 1, 1, 0], 1),
    ],
)
def test_the_village_review_drops_one_highest_and_one_lowest_and_rounds_half_up(reviews: list[int], mean: int) -> None:
    assert score(rural_household(), H1 | {"reviews": reviews}).points["E1"] == mean


@pytest.mark.parametrize(
    ("total", "band"),
    [(100, "AAA"), (80, "AAA"), (79, "AA"), (70, "AA"), (69, "A"), (60, "A"), (59, "none"), (0, "none")],
)
def test_a_band_begins_exactly_at_its_total(total: int, band: str) -> None:
    assert rural_household().band_of(total) == band


def test_the_card_is_100_points_in_the_groups_of_the_rules() -> None:
    groups: dict[str, int] = {}
    for attribute in rural_household().attributes:
        groups[attribute.group] = groups.get(attribute.group, 0) + attribute.maximum
    assert groups == {"劳动与技能": 15, "消费能力": 15, "偿贷能力": 30, "信用记录": 30, "村评议": 10}
