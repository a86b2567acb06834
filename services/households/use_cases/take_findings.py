"""News about a household opens a monitoring case or joins the open one; told twice it changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.households.domain.case_steps import to_be_checked
from services.households.domain.monitoring_case import MonitoringCase
from services.households.domain.opens_case import WATCH, Finding
from services.households.storage.case_repository import (
    add_case,
    add_finding,
    known_findings,
    open_cases,
    save_case,
)
from services.households.use_cases.monitoring_desk import Actor, Desk
from shared.ids import new_id


async def take_findings(
    desk: Desk, household_id: UUID, findings: Sequence[Finding], actor: Actor
) -> MonitoringCase | None:
    """The case to which the news belongs, its household to be visited in time; None when nothing was new.

    The caller holds the household. A watch that is under way is a round of its own and takes no news.
    """
    known = await known_findings(desk.connection, household_id, [finding.key for finding in findings])
    new = [finding for finding in findings if finding.key not in known]
    if not new:
        return None
    standing = [case for case in await open_cases(desk.connection, household_id) if case.danger != WATCH]
    if standing:
        before = to_be_checked(standing[0], desk.check_due)
        case = replace(before, version=before.version + 1)
        await save_case(desk.connection, case)
    else:
        case = to_be_checked(MonitoringCase(household_id, new_id(), new[0].origin, desk.today), desk.check_due)
        await add_case(desk.connection, case)
    for finding in new:
        await add_finding(desk.connection, case, finding, actor.name)
    await desk.written(case, actor, "；".join(finding.detail for finding in new))
    return case
