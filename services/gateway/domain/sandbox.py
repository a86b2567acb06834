"""What do the invented households of the sandbox answer?

They are fixed and nobody's: no id of a real household has their form, and the ID numbers name a place that does not
exist. Each stands for a case that a bank has to deal with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

CONSENT_INVALID = "consent_invalid"
PURPOSES = ("loan_review", "post_loan", "objection")
CARD = "rural-household@1"
_REASONS = (f"{CARD}/A2/none", f"{CARD}/A5/b2")


@dataclass(frozen=True, slots=True)
class InventedHousehold:
    """`case` says what it is there for. `purposes` are those of its consent; none for one that was withdrawn."""

    household_id: UUID
    consent_id: UUID
    id_number: str
    case: str
    grade: str
    rated: bool = True
    purposes: tuple[str, ...] = PURPOSES
    reasons: tuple[str, ...] = ()


def _invented(number: int, id_number: str, case: str, grade: str, **more: Any) -> InventedHousehold:
    household_id = UUID(f"00000000-0000-7000-8000-{number:012d}")
    return InventedHousehold(
        household_id, UUID(f"00000000-0000-7000-9000-{number:012d}"), id_number, case, grade, **more
    )


HOUSEHOLDS = (
    _invented(1, "999999198001010011", "AAA", "AAA"),
    _invented(2, "99999919800101002X", "AA", "AA", reasons=_REASONS[:1]),
    _invented(3, "999999198001010038", "A", "A", reasons=_REASONS),
    _invented(4, "999999198001010046", "under a veto", "none", reasons=("veto/V1",)),
    _invented(5, "999999198001010054", "not rated", "none", rated=False),
    _invented(6, "999999198001010062", "consent to loan_review only", "AA", purposes=("loan_review",)),
    _invented(7, "999999198001010070", "consent withdrawn", "A", purposes=()),
)
_BY_ID: Mapping[UUID | str, InventedHousehold] = {
    key: one for one in HOUSEHOLDS for key in (one.household_id, one.id_number)
}


def sandbox_answer(named_by: UUID | str, consent_id: UUID, purpose: str, reference: str, today: date) -> dict[str, Any]:
    """One result of a query, in the form of the real one; unknown, withdrawn and foreign look the same."""
    found = _BY_ID.get(named_by)
    if found is None or found.consent_id != consent_id or purpose not in found.purposes:
        return _line(reference, "refused", CONSENT_INVALID)
    line = _line(reference, "ok", None) | {"grade": found.grade}
    if not found.rated:
        return line
    return line | {
        "valid_until": (today + timedelta(days=365)).isoformat(),
        "reasons": list(found.reasons),
        "card_version": CARD,
        "as_of": (today - timedelta(days=30)).isoformat(),
    }


def _line(reference: str, status: str, code: str | None) -> dict[str, Any]:
    return {
        "reference": reference,
        "status": status,
        "code": code,
        "grade": None,
        "valid_until": None,
        "reasons": [],
        "card_version": None,
        "as_of": None,
        "objection": False,
        "statements": [],
    }
