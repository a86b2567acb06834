"""A cadre sees its own households and what waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.cadres.domain.caseload_due import (
    Due,
    HouseholdDays,
    OwnPost,
    decisions_due,
    household_due,
    in_order,
    posts_due,
)
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.domain.task import Task
from services.cadres.storage.caseload import Case, Caseload
from services.cadres.storage.decision_repository import decisions_about
from services.cadres.storage.handover_repository import handovers_of_cadre, open_departure_of, open_posts_of
from services.cadres.storage.task_repository import tasks_of_cadre
from services.cadres.use_cases.see import own_cadre_id
from services.cadres.use_cases.see_tasks import MOST_SHOWN
from shared.auth import Principal
from shared.clock import SHANGHAI
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class SeenCaseload:
    cases: Sequence[Case]
    due: Sequence[Due]


async def see_caseload(
    connection: Connection, caseload: Caseload, policies: Sequence[Policy], who: Principal, today: date
) -> SeenCaseload:
    """Names of households are masked here; the record of each is read from the service that keeps it, which tells
    the household of the look. Raises NotPermitted.
    """
    cadre_id = own_cadre_id(who)
    cases = await caseload.of(cadre_id)
    policy = policy_at(policies, today)
    due = [one for case in cases for one in household_due(_days_of(case), today, policy.visit_every_days)]
    given = await tasks_of_cadre(connection, cadre_id, MOST_SHOWN)
    due += [_task_due(line.task) for line in given if line.task.state == "open"]
    for line in await handovers_of_cadre(connection, cadre_id):
        if line.handover.to_cadre_id == cadre_id:
            proposed = line.proposed_at.astimezone(SHANGHAI).date()
            due.append(Due("handover_to_answer", line.handover.handover_id, proposed, line.village_code))
    departure = await open_departure_of(connection, cadre_id)
    if departure is not None:
        due.append(Due("own_departure", departure.departure_id, departure.leaves_on))
    own = [
        OwnPost(one.post_id, one.village_code, one.term_ends_on) for one in await open_posts_of(connection, cadre_id)
    ]
    due += posts_due(own, today, policy.expiring_days)
    due += decisions_due(await decisions_about(connection, [cadre_id]), policies, today)
    return SeenCaseload(cases, in_order(due))


def _days_of(case: Case) -> HouseholdDays:
    return HouseholdDays(
        case.household_id,
        case.village_code,
        in_care=bool(case.registered_poor or case.monitored),
        off_register=case.registered_poor is False,
        since=case.since,
        last_visit_on=case.last_visit_on,
        check_due_on=case.check_due_on,
        watch_due_on=case.watch_due_on,
        problem_due_on=case.problem_due_on,
    )


def _task_due(task: Task) -> Due:
    return Due(task.kind, task.task_id, task.due_on, task.village_code)
