"""What became of the borrowers that a run had scored: repaid in time, or not."""

from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from services.credit.domain.discrimination import Outcomes
from services.credit.domain.loan_balance import NON_PERFORMING_FROM_DAY, WRITTEN_OFF
from services.credit.storage.tables import loan_events, scores
from shared.db import Connection
from shared.regions import prefix_range


async def outcomes_by_total(
    connection: Connection, run_id: UUID, region: str, after: date, until: date
) -> dict[int, Outcomes]:
    """Households that banks reported of in those days (the first excluded), by their total in the run.

    Bad is who came to be more than 90 days past due or was written off in them.
    """
    low, high = prefix_range(region)
    bad = or_(loan_events.c.days_past_due >= NON_PERFORMING_FROM_DAY, loan_events.c.kind == WRITTEN_OFF)
    seen = (
        select(loan_events.c.household_id, func.bool_or(bad).label("bad"))
        .where(loan_events.c.applied, loan_events.c.on_date > after, loan_events.c.on_date <= until)
        .group_by(loan_events.c.household_id)
        .subquery("seen")
    )
    statement = (
        select(
            scores.c.total,
            func.count().filter(~seen.c.bad).label("good"),
            func.count().filter(seen.c.bad).label("bad"),
        )
        .join(seen, seen.c.household_id == scores.c.household_id)
        .where(scores.c.run_id == run_id, scores.c.total.is_not(None))
        .where(and_(scores.c.village_code >= low, scores.c.village_code < high))
        .group_by(scores.c.total)
    )
    return {row.total: Outcomes(row.good, row.bad) for row in await connection.execute(statement)}
