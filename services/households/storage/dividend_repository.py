"""Collective dividends: the village's shareholders, a dividend and its list, rows in, domain objects out."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.households.domain.dividend import Line, Shareholder
from services.households.domain.dividend_course import Dividend, ShareState
from services.households.domain.dividend_errors import DividendIdTaken, DividendNotFound, DividendOfYearExists
from services.households.domain.household import REGISTERED_POOR
from services.households.storage.tables import dividend, households, members
from shared.bulk import copy_rows
from shared.db import Connection, violated_constraint
from shared.errors import Failure
from shared.ids import new_id

_dividends, _shares, _payments = dividend.dividends, dividend.shares, dividend.payments
_FIELDS = tuple(f.name for f in fields(Dividend))
_TAKEN: Mapping[str, type[Failure]] = {
    "one_dividend_a_year": DividendOfYearExists,
    "dividends_pkey": DividendIdTaken,
}


@dataclass(frozen=True, slots=True)
class Share:
    """A line of the list as it stands."""

    line: Line
    state: ShareState


@dataclass(frozen=True, slots=True)
class OwnShare:
    """A line as its household reads it."""

    village_code: str
    year: int
    share: Share


async def shareholders_of(
    connection: Connection, village_code: str, weights: Mapping[str, int], usual: int
) -> list[Shareholder]:
    """The living members of a village's households; `weights` by member id where they are not the usual ones."""
    rows = await connection.execute(
        select(members.c.household_id, members.c.member_id, members.c.name, households.c.status)
        .join(households, households.c.household_id == members.c.household_id)
        .where(households.c.village_code == village_code, members.c.left_on.is_(None))
    )
    return [
        Shareholder(
            row.household_id,
            row.member_id,
            row.name,
            row.status in REGISTERED_POOR,
            weights.get(str(row.member_id), usual),
        )
        for row in rows
    ]


async def add_dividend(connection: Connection, drafted: Dividend, lines: Sequence[Line]) -> None:
    """Raises DividendOfYearExists, DividendIdTaken."""
    try:
        await connection.execute(insert(_dividends).values(**_row(drafted)))
    except IntegrityError as failure:
        raise _TAKEN[violated_constraint(failure)] from None
    key = {"village_code": drafted.village_code, "dividend_id": drafted.dividend_id}
    await copy_rows(connection, _shares, [{**key, "share_no": n, **asdict(line)} for n, line in enumerate(lines, 1)])


async def get_dividend(connection: Connection, village_code: str, dividend_id: UUID, *, lock: bool = False) -> Dividend:
    """Raises DividendNotFound."""
    statement = select(_dividends).where(
        _dividends.c.village_code == village_code, _dividends.c.dividend_id == dividend_id
    )
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if row is None:
        raise DividendNotFound
    return _dividend(row)


async def dividends_of(connection: Connection, village_code: str) -> list[Dividend]:
    """A village's, newest first."""
    rows = await connection.execute(
        select(_dividends)
        .where(_dividends.c.village_code == village_code)
        .order_by(_dividends.c.year.desc(), _dividends.c.dividend_id.desc())
    )
    return [_dividend(row) for row in rows]


async def save_dividend(connection: Connection, standing: Dividend) -> None:
    """Writes a dividend that the transaction holds locked (`get_dividend`)."""
    await connection.execute(
        update(_dividends)
        .where(_dividends.c.village_code == standing.village_code, _dividends.c.dividend_id == standing.dividend_id)
        .values(**_row(standing))
    )


async def shares_of(
    connection: Connection, standing: Dividend, *, after: int = 0, limit: int | None = None
) -> list[Share]:
    """In the order of the list."""
    rows = await connection.execute(
        select(_shares).where(*_of(standing), _shares.c.share_no > after).order_by(_shares.c.share_no).limit(limit)
    )
    return [_share(row) for row in rows]


async def collective_share(connection: Connection, standing: Dividend) -> ShareState:
    """The collective's own part as line 0."""
    found = await connection.execute(
        select(_dividends.c.collective_corrected_cents).where(
            _dividends.c.village_code == standing.village_code, _dividends.c.dividend_id == standing.dividend_id
        )
    )
    return ShareState(0, standing.parts["collective"], found.scalar_one())


async def mark_paid(
    connection: Connection, standing: Dividend, shares: Sequence[ShareState], on: date, author: str
) -> None:
    """Pays what is open of these lines, and keeps each payment."""
    key = {"village_code": standing.village_code, "dividend_id": standing.dividend_id}
    rows = [
        {
            **key,
            "payment_id": new_id(),
            "share_no": share.share_no,
            "amount_cents": share.open_cents,
            "on_day": on,
            "marked_by": author,
        }
        for share in shares
    ]
    await copy_rows(connection, _payments, rows)
    numbers = [share.share_no for share in shares]
    await connection.execute(
        update(_shares)
        .where(*_of(standing), _shares.c.share_no.in_(numbers))
        .values(paid_cents=_shares.c.amount_cents + _shares.c.corrected_cents)
    )


async def add_line(connection: Connection, standing: Dividend, line: Line) -> int:
    """A further line behind the list, for whoever was left out; its number."""
    last = await connection.execute(select(func.coalesce(func.max(_shares.c.share_no), 0)).where(*_of(standing)))
    number = int(last.scalar_one()) + 1
    key = {"village_code": standing.village_code, "dividend_id": standing.dividend_id}
    await connection.execute(insert(_shares).values(**key, share_no=number, **asdict(line)))
    return number


async def move_cents(connection: Connection, standing: Dividend, share_no: int, cents: int) -> None:
    """Adds to what counter-entries made of a line; 0 is the collective."""
    if share_no:
        await connection.execute(
            update(_shares)
            .where(*_of(standing), _shares.c.share_no == share_no)
            .values(corrected_cents=_shares.c.corrected_cents + cents)
        )
        return
    await connection.execute(
        update(_dividends)
        .where(_dividends.c.village_code == standing.village_code, _dividends.c.dividend_id == standing.dividend_id)
        .values(collective_corrected_cents=_dividends.c.collective_corrected_cents + cents)
    )


async def dividends_of_household(connection: Connection, household_id: UUID) -> list[OwnShare]:
    """What was confirmed for a household's members, newest first."""
    joined = _shares.join(
        _dividends,
        (_dividends.c.village_code == _shares.c.village_code) & (_dividends.c.dividend_id == _shares.c.dividend_id),
    )
    rows = await connection.execute(
        select(_shares, _dividends.c.year)
        .select_from(joined)
        .where(_shares.c.household_id == household_id, _dividends.c.state == "confirmed")
        .order_by(_dividends.c.year.desc(), _shares.c.share_no)
    )
    return [OwnShare(row.village_code, row.year, _share(row)) for row in rows]


def _of(standing: Dividend) -> tuple[Any, Any]:
    return _shares.c.village_code == standing.village_code, _shares.c.dividend_id == standing.dividend_id


def _row(standing: Dividend) -> dict[str, Any]:
    plain = {name: getattr(standing, name) for name in _FIELDS}
    return {**plain, "parts": dict(standing.parts), "weights": dict(standing.weights)}


def _dividend(row: Row[Any]) -> Dividend:
    return Dividend(**{name: getattr(row, name) for name in _FIELDS})


def _share(row: Row[Any]) -> Share:
    line = Line(**{f.name: getattr(row, f.name) for f in fields(Line)})
    return Share(line, ShareState(row.share_no, row.amount_cents, row.corrected_cents, row.paid_cents))
