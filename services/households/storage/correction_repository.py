"""Counter-entries of collective dividends: entered by one, confirmed by another, never removed."""

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from services.households.domain.dividend_course import Dividend
from services.households.domain.dividend_errors import CorrectionNotFound
from services.households.storage.tables import dividend
from shared.db import Connection

_corrections = dividend.corrections


@dataclass(frozen=True, slots=True)
class Correction:
    """From a line (0: the collective) to a member (None: the collective); `to_share_no` stands once confirmed."""

    correction_id: UUID
    from_share_no: int
    to_member_id: UUID | None
    amount_cents: int
    reason: str
    entered_by: str
    to_share_no: int | None = None
    confirmed_by: str | None = None


_FIELDS = tuple(f.name for f in fields(Correction))


async def add_correction(connection: Connection, standing: Dividend, correction: Correction) -> None:
    plain = {name: getattr(correction, name) for name in _FIELDS}
    await connection.execute(
        insert(_corrections).values(village_code=standing.village_code, dividend_id=standing.dividend_id, **plain)
    )


async def corrections_of(connection: Connection, standing: Dividend) -> list[Correction]:
    """In the order in which they were entered."""
    rows = await connection.execute(select(_corrections).where(*_of(standing)).order_by(_corrections.c.correction_id))
    return [Correction(**{name: getattr(row, name) for name in _FIELDS}) for row in rows]


async def get_correction(connection: Connection, standing: Dividend, correction_id: UUID) -> Correction:
    """Raises CorrectionNotFound."""
    found = next((c for c in await corrections_of(connection, standing) if c.correction_id == correction_id), None)
    if found is None:
        raise CorrectionNotFound
    return found


async def save_confirmation(connection: Connection, standing: Dividend, correction: Correction) -> None:
    await connection.execute(
        update(_corrections)
        .where(*_of(standing), _corrections.c.correction_id == correction.correction_id)
        .values(to_share_no=correction.to_share_no, confirmed_by=correction.confirmed_by)
    )


def _of(standing: Dividend) -> tuple[Any, Any]:
    return _corrections.c.village_code == standing.village_code, _corrections.c.dividend_id == standing.dividend_id
