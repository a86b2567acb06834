"""The figures of villages, each counted once in SQL; what they mean is decided in the domain."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, exists, func, or_, select

from services.credit.domain.loan_balance import NON_PERFORMING_FROM_DAY
from services.credit.storage.grade_repository import grades_living_in
from services.credit.storage.tables import directory, facts, loans
from shared.db import Connection
from shared.regions import prefix_range


@dataclass(slots=True)
class VillageCounts:
    """Households, loans and 分. Borrowers are households with a balance, not loans (credit rules 2.5)."""

    households: int = 0
    poor: int = 0
    with_file: int = 0
    bands: dict[str, int] = field(default_factory=dict)
    loans: int = 0
    loan_amount_cents: int = 0
    borrowers: int = 0
    borrowers_on_time: int = 0
    balance_cents: int = 0
    npl_cents: int = 0
    new_npl_cents: int = 0


async def village_counts(connection: Connection, region: str, today: date, new_after: date) -> dict[str, VillageCounts]:
    """By village code. A loan that became non-performing after `new_after` counts as new.

    A closed household is no household of its village, with or without a file and a grade; what it owes is still owed.
    """
    found: dict[str, VillageCounts] = defaultdict(VillageCounts)
    people = {"households": func.count(), "poor": func.count().filter(directory.c.registered_poor)}
    await _add(connection, found, region, directory, directory.c.village_code, people, ~directory.c.closed)
    with_file = {"with_file": func.count()}
    await _add(connection, found, region, facts, facts.c.village_code, with_file, _lived_in(facts.c.household_id))
    await _add_loans(connection, found, region, new_after)
    await _add_bands(connection, found, region, today)
    return dict(found)


async def _add_loans(connection: Connection, found: dict[str, VillageCounts], region: str, new_after: date) -> None:
    owing = loans.c.balance_cents > 0
    late = or_(loans.c.days_past_due > 0, loans.c.written_off_on.is_not(None))
    # What is written off has left its bank's books, not the borrower's debt: it stays in the balance, and bad.
    bad = or_(loans.c.days_past_due >= NON_PERFORMING_FROM_DAY, loans.c.written_off_on.is_not(None))
    bad_since = func.least(loans.c.non_performing_since, loans.c.written_off_on)
    borrowers = func.count(loans.c.household_id.distinct())
    await _add(
        connection,
        found,
        region,
        loans,
        loans.c.village_code,
        {
            "loans": func.count(),
            "loan_amount_cents": func.sum(loans.c.principal_cents),
            "borrowers": borrowers.filter(owing),
            "borrowers_on_time": borrowers.filter(owing) - borrowers.filter(and_(owing, late)),
            "balance_cents": func.sum(loans.c.balance_cents),
            "npl_cents": func.coalesce(func.sum(loans.c.balance_cents).filter(bad), 0),
            "new_npl_cents": func.coalesce(func.sum(loans.c.balance_cents).filter(and_(bad, bad_since > new_after)), 0),
        },
    )  # fmt: skip - one column a line


async def _add(
    connection: Connection,
    found: dict[str, VillageCounts],
    region: str,
    table: FromClause,
    village: ColumnElement[str],
    figures: Mapping[str, ColumnElement[int]],
    only: ColumnElement[bool] | None = None,
) -> None:
    low, high = prefix_range(region)
    statement = (
        select(village.label("village"), *(figure.label(name) for name, figure in figures.items()))
        .select_from(table)
        .where(village >= low, village < high)
        .group_by(village)
    )
    if only is not None:
        statement = statement.where(only)
    for row in await connection.execute(statement):
        for name in figures:
            setattr(found[row.village], name, int(row._mapping[name]))


def _lived_in(household: ColumnElement[UUID]) -> ColumnElement[bool]:
    return ~exists().where(directory.c.household_id == household, directory.c.closed)


async def _add_bands(connection: Connection, found: dict[str, VillageCounts], region: str, today: date) -> None:
    graded = grades_living_in(region).subquery("graded")
    statement = (
        select(directory.c.village_code, graded.c.band, func.count().label("households"))
        .join_from(graded, directory, directory.c.household_id == graded.c.household_id)
        .where(graded.c.effective_on <= today, graded.c.valid_until >= today)
        .group_by(directory.c.village_code, graded.c.band)
    )
    for row in await connection.execute(statement):
        found[row.village_code].bands[row.band] = row.households
