"""An official, the cadre itself or a household that it helps reads the full phone, for a reason that is kept."""

from uuid import UUID

from services.cadres.domain.cadre import Cadre
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.pairing_repository import helper_of
from services.cadres.use_cases.see import require_known_cadre
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def unmask_cadre(
    connection: Connection,
    cadres: CadreRepository,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    cadre_id: UUID,
    reason: str,
) -> Cadre:
    """Without the audit row in the same transaction there is no answer. Raises CadreNotFound."""
    cadre = await cadres.get(connection, cadre_id)
    if not await _is_its_household(connection, who, cadre_id):
        require_known_cadre(who, cadre)
    await audit.append(
        connection,
        at=clock.now(),
        event="cadre_unmasked",
        actor=who.subject,
        subject=str(cadre_id),
        facts={"fields": ["phone"], "reason": reason},
    )
    return cadre


async def _is_its_household(connection: Connection, who: Principal, cadre_id: UUID) -> bool:
    if "household" not in who.roles or who.household_id is None:
        return False
    return await helper_of(connection, UUID(who.household_id)) == cadre_id
