"""A card fitted with optbinning becomes one of ours, with its missing and special bins."""

from datetime import date
from typing import Any

import pytest

from services.credit.domain.card_document import card_from_document
from services.credit.domain.optbinning_table import Row, card_document_of_optbinning
from services.credit.domain.score_household import score
from services.credit.domain.scorecard import Card
from services.credit.domain.scorecardpy_table import card_document_of_table
from tests.builders.german_credit import german_card, german_facts

START = date(2020, 1, 1)
ROWS: list[Row] = [
    ("n0", "(-inf, 23.50)", "10.0"),
    ("n0", "[23.50, 45.00)", "-3"),
    ("n0", "[45.00, inf)", "21.0"),
    ("n0", "Special", "4.0"),
    ("n0", "Missing", "7.0"),
    ("w0", "['无' 'd\\'or']", "1"),
    ("w0", ["培训"], "2"),
    ("w0", "Special", "0"),
    ("w0", "Missing", "-5.0"),
]


def fitted(rows: list[Row] = ROWS, **given: Any) -> Card:
    document = card_document_of_optbinning(rows, card_id="fitted", title="拟合", effective_from=START, **given)
    return card_from_document(document)


def points(card: Card, **facts: Any) -> dict[str, int | None]:
    return score(card, facts).points


def test_each_value_earns_the_points_of_its_row() -> None:
    card = fitted()
    assert points(card, n0=23, w0="无") == {"n0": 10, "w0": 1}
    assert points(card, n0=24, w0="d'or") == {"n0": -3, "w0": 1}
    assert points(card, n0=45, w0="培训") == {"n0": 21, "w0": 2}


def test_a_missing_value_and_one_that_says_no_record_have_rows_of_their_own() -> None:
    assert points(fitted()) == {"n0": 7, "w0": -5}
    assert points(fitted(), n0=None, w0=None) == {"n0": 4, "w0": 0}


def test_the_intercept_is_the_base_and_bands_are_given() -> None:
    card = fitted(intercept=449, bands=[("AAA", 460)])
    assert (card.base_points, score(card, {"n0": 50, "w0": "培训"}).total, card.bands[0].id) == (449, 472, "AAA")


def test_a_table_without_a_missing_row_leaves_whoever_lacks_the_value_not_rated() -> None:
    card = fitted([row for row in ROWS if row[1] != "Missing"])
    assert score(card, {"w0": "无"}).band == "not_rated"


def test_what_cannot_be_read_is_not_guessed() -> None:
    for wrong, says in ((("n0", "23.50 and more", "1"), "cannot be read"), (("n0", "(-inf, inf)", "1.5"), "not whole")):
        with pytest.raises(ValueError, match=says):
            fitted([wrong])


def test_the_german_card_written_as_optbinning_would_scores_the_1000_rows_alike() -> None:
    rows: list[Row] = []
    for one in german_card().attributes:
        for each in one.bins:
            low, high = (each.interval.low, each.interval.high) if each.interval else (None, None)
            left = f"[{low.decimal}" if low else "(-inf"
            text = f"{left}, {high.decimal if high else 'inf'})" if each.interval else list(each.values)
            rows.append((one.id, text, str(each.points)))
    again = fitted(rows, intercept=german_card().base_points)
    assert [score(again, facts).points for facts in german_facts()] == [
        score(german_card(), facts).points for facts in german_facts()
    ]
    assert card_document_of_table([], card_id="t", title="t", effective_from=START)["attributes"] == []
