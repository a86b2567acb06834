"""A helper or an official writes down which guarantees a household has."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from services.households.domain.guarantees import GUARANTEES, Guarantee, GuaranteeSheet, require_evidence
from services.households.domain.monitoring_errors import GuaranteesStale
from services.households.storage.change_repository import Author
from services.households.storage.guarantee_repository import add_sheet, guarantees_of
from services.households.use_cases.monitoring_desk import Actor, Desk
from services.households.use_cases.see_household import showing
from services.households.use_cases.watch_rules import notice_guarantees
from shared.auth import Principal


async def check_guarantees(
    desk: Desk,
    who: Principal,
    household_id: UUID,
    given: Mapping[str, Guarantee],
    *,
    version: int,
    source: str,
    show: Callable[[GuaranteeSheet], Mapping[str, Any]],
) -> GuaranteeSheet:
    """All six at once, as the next version; what is newly missing opens a monitoring case.

    `show` is how whoever changed an older one is shown what stands.

    Raises HouseholdNotFound, GuaranteesUnproven, GuaranteesStale.
    """
    _, actor = await desk.hold(who, household_id)
    require_evidence(given, desk.today)
    before = await guarantees_of(desk.connection, household_id)
    if before.version != version:
        raise showing(GuaranteesStale(current=show(before)), who, household_id, actor.role, "guarantees")
    return await keep_guarantees(desk, household_id, before, given, Author(who.subject, who.name, source))


async def keep_guarantees(
    desk: Desk, household_id: UUID, before: GuaranteeSheet, given: Mapping[str, Guarantee], author: Author
) -> GuaranteeSheet:
    """The next sheet after the one that holds. The caller holds the household."""
    after = GuaranteeSheet(given, before.version + 1)
    changed = tuple(name for name in GUARANTEES if before.guarantees[name] != given[name])
    await add_sheet(desk.connection, household_id, after, changed, author)
    await notice_guarantees(desk, Actor(author.subject, author.name, "rule"), household_id, before, after)
    return after
