"""An official enters what a household's score is made of; the village enters its reviews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.credit.domain.fact_fields import check_facts
from services.credit.domain.record_errors import FactsStale
from services.credit.storage.directory_repository import people_of
from services.credit.storage.fact_repository import OFFICIAL, CreditFile, get_file, save_file
from services.credit.use_cases.apply_loan_facts import with_loan_facts
from services.credit.use_cases.see_household import keep_look, not_own_household, role_towards
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection, Database
from shared.errors import VersionMissing
from shared.hash_chain import AuditTrail


@dataclass(frozen=True, slots=True)
class FileWriter:
    """Who writes, and where it is kept that they did; `looks` keeps a look also when the writing is refused."""

    who: Principal
    audit: AuditTrail
    clock: Clock
    looks: Database


async def enter_facts(
    connection: Connection, writer: FileWriter, household_id: UUID, facts: Mapping[str, Any], version: int | None
) -> CreditFile:
    """Replaces the facts and keeps the reviews. What banks report of loans stays theirs.

    `version` is the one replaced; 0 only begins a file, None begins one where there is none. Raises HouseholdNotFound,
    OwnHousehold, OutsideScope, FactsRefused, FactsStale, VersionMissing.
    """
    check_facts(facts)
    village, before = await _begin(connection, writer, household_id, version)
    if "people" not in facts:
        # Known from the household's record, so nobody types it again.
        facts = {**facts, "people": await people_of(connection, household_id)}
    reviews = {"reviews": before.facts["reviews"]} if before and "reviews" in before.facts else {}
    entered = await with_loan_facts(connection, household_id, {**facts, **reviews}, writer.clock.today())
    return await _save(connection, writer, "facts_entered", household_id, village, entered, before)


async def enter_reviews(
    connection: Connection, writer: FileWriter, household_id: UUID, reviews: Sequence[int], version: int | None
) -> CreditFile:
    """Replaces the village's reviews (村评议), 0–10 each. Raises as `enter_facts` does."""
    check_facts({"reviews": list(reviews)})
    village, before = await _begin(connection, writer, household_id, version)
    facts = {**(before.facts if before else {}), "reviews": list(reviews)}
    return await _save(connection, writer, "reviews_entered", household_id, village, facts, before)


async def _begin(
    connection: Connection, writer: FileWriter, household_id: UUID, version: int | None
) -> tuple[str, CreditFile | None]:
    not_own_household(writer.who, household_id)
    role, village = await role_towards(connection, writer.who, household_id)
    writer.who.require_official(village)
    before = await get_file(connection, household_id, writer.clock.today(), lock=True)
    if version is None and before is not None:
        raise VersionMissing
    if version is not None and version != _version(before):
        # The refusal shows what stands, and is rolled back: the look that this is has to be kept beside it.
        async with writer.looks.transaction() as beside:
            await keep_look(beside, writer.who, household_id, role, "facts")
        raise FactsStale(current=_current(before))
    await keep_look(connection, writer.who, household_id, role, "facts")
    return village, before


async def _save(
    connection: Connection,
    writer: FileWriter,
    event: str,
    household_id: UUID,
    village: str,
    facts: Mapping[str, Any],
    before: CreditFile | None,
) -> CreditFile:
    actor = writer.who.subject
    replaced = _version(before)
    await save_file(
        connection,
        household_id,
        village,
        facts,
        expected_version=replaced,
        source=OFFICIAL,
        entered_by=actor,
        entered_by_name=writer.who.name,
    )
    saved = await get_file(connection, household_id, writer.clock.today())
    if saved is None:
        raise FactsStale
    await writer.audit.append(
        connection,
        at=writer.clock.now(),
        event=event,
        actor=actor,
        subject=str(household_id),
        facts={"version": saved.version},
    )
    return saved


def _version(found: CreditFile | None) -> int:
    return found.version if found else 0


def _current(found: CreditFile | None) -> dict[str, Any] | None:
    """What stands instead of the version that was to be replaced; None when there is no file yet."""
    return None if found is None else {"version": found.version, "facts": found.facts, "vetoes": list(found.vetoes)}
