"""Were the chains of audit events and of courses touched? And where do they end, for whoever asks again later?"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bashan.audit_checkpoint import Checkpoint, broken_since, checkpoint_key, read_checkpoints, sign_checkpoint
from bashan.database_roles import SERVICES
from bashan.environment import Ground, ground
from bashan.settings import Settings
from services.cadres.storage import tables as cadre_tables
from services.cadres.storage.decision_repository import decision_log
from services.cadres.storage.inspection_repository import finding_log
from services.credit.storage import tables as credit_tables
from services.credit.storage.course_log import grade_log
from services.credit.storage.title_repository import title_log
from services.gateway.storage import tables as gateway_tables
from services.households.storage import tables as household_tables
from services.households.storage.identification_repository import identification_log
from services.households.storage.notice_repository import verify_notices
from shared.clock import Clock
from shared.course_log import BrokenCase
from shared.db import Connection, Database
from shared.hash_chain import AuditTrail, Break

AUDITS = {
    "households": AuditTrail(household_tables.audit_events),
    "cadres": AuditTrail(cadre_tables.audit_events),
    "credit": AuditTrail(credit_tables.audit_events),
    "gateway": AuditTrail(gateway_tables.audit_events),
}


async def take_checkpoint(settings: Settings) -> str:
    """Where every service's audit trail ends now, as a signed line (bashan/audit_checkpoint.py)."""
    heads = {}
    async with ground(settings, begins=False) as on:
        for service, trail in AUDITS.items():
            async with chains_of(on, service) as connection:
                heads[service] = await trail.head(connection)
        return sign_checkpoint(Checkpoint(Clock().now(), heads), checkpoint_key(on.secrets_dir))


async def public_key_of_checkpoints(settings: Settings) -> str:
    """In PEM."""
    async with ground(settings, begins=False) as on:
        return checkpoint_key(on.secrets_dir).public_pem()


async def verify_audit(
    settings: Settings, kept: str | None = None, public_pem: str | None = None
) -> dict[str, dict[str, Any]]:
    """Chain → how many rows fit, and the first that does not: each service's audit trail, and the chained courses.

    `kept` are checkpoints from before, against which the audit trails are held; `public_pem` is the key that they
    have to be signed with, ours where none is named. Raises CannotStart for a checkpoint that was not signed so.
    """
    async with ground(settings, begins=False) as on:
        key = public_pem or checkpoint_key(on.secrets_dir).public_pem()
        return await verify_chains(on, [] if kept is None else read_checkpoints(kept, key))


async def verify_chains(on: Ground, checkpoints: Sequence[Checkpoint] = ()) -> dict[str, dict[str, Any]]:
    """Chain → how many rows fit, and the first that does not."""
    found: dict[str, dict[str, Any]] = {}
    for service in SERVICES:
        async with chains_of(on, service) as connection:
            found[service] = await _verify_trail(connection, service, checkpoints)
            found |= await _verify_courses(connection, service)
    return found


async def _verify_trail(connection: Connection, service: str, checkpoints: Sequence[Checkpoint]) -> dict[str, Any]:
    trail = AUDITS[service]
    rows, broken = await trail.verify(connection)
    named = {one.heads[service].seq for one in checkpoints if service in one.heads}
    since = broken_since(checkpoints, service, rows, await trail.hashes(connection, named))
    breaks = [one for one in (broken, since) if one is not None]
    return _verified(rows, min(breaks, key=lambda one: one.seq, default=None))


@asynccontextmanager
async def chains_of(on: Ground, service: str) -> AsyncIterator[Connection]:
    database = Database(on.urls[service].jobs, pool_size=1, name="audit")
    try:
        async with database.transaction() as connection:
            yield connection
    finally:
        await database.close()


async def _verify_courses(connection: Connection, service: str) -> dict[str, dict[str, Any]]:
    """The work flows whose transitions are chained, and what the chains name."""
    if service == "credit":
        return {
            "grade courses": _verified_cases(*await grade_log.verify(connection)),
            "credit titles": _verified_cases(*await title_log.verify(connection)),
        }
    if service == "cadres":
        return {
            "decisions about cadres": _verified_cases(*await decision_log.verify(connection)),
            "findings of inspections": _verified_cases(*await finding_log.verify(connection)),
        }
    if service != "households":
        return {}
    fit, notices = await verify_notices(connection)
    return {
        "identifications": _verified_cases(*await identification_log.verify(connection)),
        "public notices": _verified(fit, notices[0][1], f"notice {notices[0][0]}") if notices else _verified(fit, None),
    }


def _verified_cases(rows: int, broken: Sequence[BrokenCase]) -> dict[str, Any]:
    return _verified(rows, broken[0].broken, f"case {broken[0].case_id}") if broken else _verified(rows, None)


def _verified(rows: int, broken: Break | None, where: str = "") -> dict[str, Any]:
    return {
        "rows": rows,
        "broken_at": broken.seq if broken else None,
        "reason": broken and (f"{where}: {broken.reason}" if where else broken.reason),
    }
