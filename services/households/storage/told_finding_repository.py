"""What cadres found on visits: held when the feed tells of it, taken on one by one, answered through the feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from services.households.storage.tables import told_findings
from shared.change_log import Change
from shared.db import Connection
from shared.errors import Failure

FINDING, VOID, OUTCOME = "visit_finding", "visit_finding_void", "visit_outcome"
WAITING, TAKEN, REFUSED, WITHDRAWN, STAYS = "waiting", "taken", "refused", "withdrawn", "stays"


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """`subject` and `name` are those of the cadre who was there."""

    finding_id: UUID
    household_id: UUID
    kind: str
    what: str
    details: dict[str, Any]
    visited_on: date
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class VoidFinding:
    """One of a visit that is void: why, and who says so. `told_by` was there, `became` is the id of what it became.

    `kind` and `became` are None for one that was taken on before these were kept.
    """

    finding_id: UUID
    household_id: UUID
    kind: str | None
    became: UUID | None
    was_taken: bool
    told_by: str
    reason: str
    subject: str
    name: str


async def hold_findings(connection: Connection, changes: Sequence[Change]) -> None:
    """Each once, however often the sibling's log is read."""
    rows = [
        {"household_id": UUID(change.payload["household_id"]), "finding_id": UUID(change.key), "told": change.payload}
        for change in changes
    ]
    if rows:
        await connection.execute(insert(told_findings).on_conflict_do_nothing(), rows)


async def hold_voids(connection: Connection, changes: Sequence[Change]) -> None:
    """Each waits to be taken back, once; behind its finding, which the same log told before."""
    for change in changes:
        own = _is(UUID(change.payload["household_id"]), UUID(change.key))
        waits = {"void": change.payload, "state": WAITING, "failures": 0, "next_at": func.now()}
        taken = {"was_taken": told_findings.c.state == TAKEN}
        await connection.execute(
            update(told_findings).where(own, told_findings.c.void.is_(None)).values(**waits, **taken)
        )


async def waiting_findings(connection: Connection, limit: int) -> list[tuple[UUID, UUID]]:
    """Household and finding of those that are due, the longest waiting first."""
    rows = await connection.execute(
        select(told_findings.c.household_id, told_findings.c.finding_id)
        .where(told_findings.c.state == WAITING, told_findings.c.next_at <= func.now())
        .order_by(told_findings.c.next_at)
        .limit(limit)
    )
    return [(row.household_id, row.finding_id) for row in rows]


async def hold_finding(connection: Connection, household_id: UUID, finding_id: UUID) -> ToldFinding | None:
    """The finding, locked; None when another has it or had it."""
    statement = select(told_findings.c.told).where(
        _is(household_id, finding_id), told_findings.c.state == WAITING, told_findings.c.void.is_(None)
    )
    told = (await connection.execute(statement.with_for_update(skip_locked=True))).scalar_one_or_none()
    if told is None:
        return None
    return ToldFinding(
        finding_id,
        household_id,
        told["kind"],
        told["what"],
        told["details"],
        date.fromisoformat(told["visited_on"]),
        told["subject"],
        told["name"],
    )


async def hold_void(connection: Connection, household_id: UUID, finding_id: UUID) -> VoidFinding | None:
    """One that is to be taken back, locked; None when another has it or had it."""
    statement = select(told_findings).where(
        _is(household_id, finding_id), told_findings.c.state == WAITING, told_findings.c.void.is_not(None)
    )
    row = (await connection.execute(statement.with_for_update(skip_locked=True))).one_or_none()
    if row is None:
        return None
    said = row.void
    words = (said["told_by"], said["reason"], said["subject"], said["name"])
    return VoidFinding(finding_id, household_id, row.kind, row.became, row.was_taken, *words)


async def settle_finding(
    connection: Connection, found: ToldFinding, became: UUID | None, refusal: Failure | None
) -> Change:
    """Writes down what became of it. What was told goes: the record that it became holds the words. The answer for the
    cadres service is returned.
    """
    kept = {"kind": found.kind, "became": became}
    return await _settle(connection, found.household_id, found.finding_id, TAKEN, REFUSED, refusal, kept)


async def settle_void(connection: Connection, found: VoidFinding, refusal: Failure | None) -> Change:
    """Whether what it became is taken back or stays, and why. The answer for the cadres service is returned."""
    return await _settle(connection, found.household_id, found.finding_id, WITHDRAWN, STAYS, refusal, {})


async def _settle(
    connection: Connection,
    household_id: UUID,
    finding_id: UUID,
    done: str,
    refused: str,
    refusal: Failure | None,
    kept: Mapping[str, Any],
) -> Change:
    state, code = (refused, refusal.code) if refusal else (done, None)
    settled = {"state": state, "code": code, "told": null(), **kept}
    await connection.execute(update(told_findings).where(_is(household_id, finding_id)).values(**settled))
    said = {"household_id": str(household_id), "state": state, "code": code}
    return Change(OUTCOME, str(finding_id), said | {"message": refusal.sentence if refusal else None})


async def put_off_finding(connection: Connection, household_id: UUID, finding_id: UUID, wait: timedelta) -> None:
    """It failed for a reason that is not its own; it is tried again, the next ones go on."""
    await connection.execute(
        update(told_findings)
        .where(_is(household_id, finding_id), told_findings.c.state == WAITING)
        .values(failures=told_findings.c.failures + 1, next_at=func.now() + wait)
    )


async def failures_of(connection: Connection, household_id: UUID, finding_id: UUID) -> int:
    statement = select(told_findings.c.failures).where(_is(household_id, finding_id))
    failures: int = (await connection.execute(statement)).scalar_one()
    return failures


def _is(household_id: UUID, finding_id: UUID) -> Any:
    return and_(told_findings.c.household_id == household_id, told_findings.c.finding_id == finding_id)
