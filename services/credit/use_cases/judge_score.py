"""How well did a scoring tell those who repaid in the twelve months after it from those who did not?"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.credit.domain.discrimination import Discrimination, discrimination
from services.credit.domain.legal_dates import add_months
from services.credit.domain.record_errors import RunNotFinished
from services.credit.storage.outcome_repository import outcomes_by_total
from services.credit.storage.run_repository import Run, get_run
from shared.auth import Principal
from shared.db import Connection

MONTHS_WATCHED = 12


@dataclass(frozen=True, slots=True)
class JudgedScore:
    """`found` None until the months are over, and while not both outcomes have been seen."""

    run: Run
    until: date
    good: int
    bad: int
    found: Discrimination | None


async def judge_score(connection: Connection, who: Principal, run_id: UUID, region: str, today: date) -> JudgedScore:
    """For the officials of the place.

    Raises NotPermitted, OutsideScope, RunNotFound, RunNotFinished.
    """
    who.require_official(region)
    run = await get_run(connection, run_id)
    if run.state == "scoring":
        raise RunNotFinished
    until = add_months(run.as_of, MONTHS_WATCHED)
    if today <= until:
        return JudgedScore(run, until, 0, 0, None)
    by_total = await outcomes_by_total(connection, run_id, region, run.as_of, until)
    good, bad = sum(one.good for one in by_total.values()), sum(one.bad for one in by_total.values())
    return JudgedScore(run, until, good, bad, discrimination(by_total))
