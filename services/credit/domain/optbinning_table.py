"""How does a card fitted with optbinning become one of ours?

The rows are those of `Scorecard.table()`: (variable, bin, points), fitted with rounding. Numeric bins read
`(-inf, 23.50)`, categories are their words, as a list or as numpy prints it (`['a' 'b']`); the ends count as printed.
Every variable has a `Missing` bin and may have a `Special` one, which is our *no record*: the value that says that
there is none (credit rules 2.1).
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from services.credit.domain.fitted_points import whole_points

Row = tuple[str, str | Sequence[str], str]
_SPECIAL, _MISSING = "Special", "Missing"
_INTERVAL = re.compile(r"([\[(])(-inf|-?[0-9.]+), (inf|-?[0-9.]+)\)")
_WORD = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")


def card_document_of_optbinning(
    rows: Iterable[Row],
    *,
    card_id: str,
    title: str,
    effective_from: date,
    intercept: int = 0,
    bands: Sequence[tuple[str, int]] = (),
) -> dict[str, Any]:
    """The card document of a table's rows in order; `intercept` is that of an intercept-based card.

    ValueError when points are not whole or a bin cannot be read. Nothing can be said about effort, so it is 0.
    """
    table = [(variable, content, whole_points(points)) for variable, content, points in rows]
    return {
        "id": card_id,
        "version": 1,
        "title": title,
        "effective_from": effective_from.isoformat(),
        "base_points": intercept,
        "bands": [{"id": band, "from": least} for band, least in bands],
        "attributes": [
            _attribute(variable, [(content, points) for _, content, points in own])
            for variable, own in groupby(table, key=lambda row: row[0])
        ],
    }


def _attribute(variable: str, rows: list[tuple[str | Sequence[str], int]]) -> dict[str, Any]:
    ordinary = [row for row in rows if row[0] not in (_SPECIAL, _MISSING)]
    numeric = all(isinstance(content, str) and _INTERVAL.fullmatch(content) for content, _ in ordinary)
    named = {content: points for content, points in rows if isinstance(content, str)}
    reason = f"{variable}: 没有数据"
    none = {"id": "no_record", "points": named.get(_SPECIAL), "reason": f"{variable}: 没有记录"}
    return {
        "id": variable,
        "title": variable,
        "group": variable,
        "kind": "number" if numeric else "category",
        "field": variable,
        "max": max(points for _, points in rows),
        "effort": 0,
        "bins": [
            {"id": f"b{place}", "points": points, "reason": f"{variable}: {_text(content)}", **_content(content)}
            for place, (content, points) in enumerate(ordinary, start=1)
        ],
        **({"no_record": none} if _SPECIAL in named else {}),
        "missing": (
            {"points": named[_MISSING], "reason": reason}
            if _MISSING in named
            else {"not_rated": True, "reason": reason}
        ),
    }


def _content(content: str | Sequence[str]) -> dict[str, Any]:
    if isinstance(content, str) and _INTERVAL.fullmatch(content):
        return {"interval": content.replace(" ", "")}
    return {"values": _words(content)}


def _text(content: str | Sequence[str]) -> str:
    return content if isinstance(content, str) else "、".join(content)


def _words(content: str | Sequence[str]) -> list[str]:
    if not isinstance(content, str):
        return list(content)
    words = [re.sub(r"\\(.)", r"\1", one or other) for one, other in _WORD.findall(content)]
    if not words or not (content.startswith("[") and content.endswith("]")):
        raise ValueError(f"a bin cannot be read: {content}")
    return words
