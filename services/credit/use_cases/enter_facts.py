"""An official enters what a household's score is made of; the village enters its reviews."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.credit.domain.fact_fields import check_facts
from services.credit.domain.record_errors import FactsStale
from services.credit.storage.fact_repository import CreditFile, get_file, save_file
from services.credit.use_cases.see_household import role_towards
from shared.auth import Principal
from shared.db import Connection


async def enter_facts(
    connection: Connection, who: Principal, household_id: UUID, facts: Mapping[str, Any], version: int, today: date
) -> CreditFile:
    """Replaces the facts and keeps the reviews; `version` 0 begins the file.

    Raises HouseholdNotFound, OutsideScope, FactsRefused, FactsStale.
    """
    check_facts(facts)
    village, before = await _begin(connection, who, household_id, version, today)
    reviews = {"reviews": before.facts["reviews"]} if before and "reviews" in before.facts else {}
    return await _save(connection, who, household_id, village, {**facts, **reviews}, version, today)


async def enter_reviews(
    connection: Connection, who: Principal, household_id: UUID, reviews: Sequence[int], version: int, today: date
) -> CreditFile:
    """Replaces the village's reviews (村评议), 0–10 each. Raises as `enter_facts` does."""
    check_facts({"reviews": list(reviews)})
    village, before = await _begin(connection, who, household_id, version, today)
    facts = {**(before.facts if before else {}), "reviews": list(reviews)}
    return await _save(connection, who, household_id, village, facts, version, today)


async def _begin(
    connection: Connection, who: Principal, household_id: UUID, version: int, today: date
) -> tuple[str, CreditFile | None]:
    _, village = await role_towards(connection, who, household_id)
    who.require_official(village)
    before = await get_file(connection, household_id, today, lock=True)
    if (before.version if before else 0) != version:
        raise FactsStale(current=_current(before))
    return village, before


async def _save(
    connection: Connection,
    who: Principal,
    household_id: UUID,
    village: str,
    facts: Mapping[str, Any],
    version: int,
    today: date,
) -> CreditFile:
    await save_file(
        connection, household_id, village, facts, expected_version=version, source="official", entered_by=who.subject
    )
    saved = await get_file(connection, household_id, today)
    if saved is None:
        raise FactsStale
    return saved


def _current(found: CreditFile | None) -> dict[str, Any] | None:
    """What stands instead of the version that was to be replaced; None when there is no file yet."""
    return None if found is None else {"version": found.version, "facts": found.facts, "vetoes": list(found.vetoes)}
