"""An official of the place reads a village's dividends, lists and counter-entries; a taken-out list is audited."""

from uuid import UUID

from services.households.domain.dividend_course import Dividend
from services.households.storage.correction_repository import Correction, corrections_of
from services.households.storage.dividend_repository import Share, dividends_of, get_dividend, shares_of
from services.households.storage.region_repository import require_village
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def read_dividends(connection: Connection, who: Principal, village_code: str) -> list[Dividend]:
    """Raises OutsideScope, VillageUnknown."""
    who.require_official(village_code)
    await require_village(connection, village_code)
    return await dividends_of(connection, village_code)


async def read_list(
    connection: Connection, who: Principal, village_code: str, dividend_id: UUID, after: int, limit: int
) -> list[Share]:
    """Raises OutsideScope, DividendNotFound."""
    standing = await _seen(connection, who, village_code, dividend_id)
    return await shares_of(connection, standing, after=after, limit=limit)


async def read_corrections(
    connection: Connection, who: Principal, village_code: str, dividend_id: UUID
) -> list[Correction]:
    """Raises OutsideScope, DividendNotFound."""
    return await corrections_of(connection, await _seen(connection, who, village_code, dividend_id))


async def export_list(
    connection: Connection, who: Principal, audit: AuditTrail, clock: Clock, village_code: str, dividend_id: UUID
) -> tuple[Dividend, list[Share]]:
    """The whole list, for a file that leaves the system. Raises OutsideScope, DividendNotFound."""
    standing = await _seen(connection, who, village_code, dividend_id)
    shares = await shares_of(connection, standing)
    await audit.append(
        connection,
        at=clock.now(),
        event="dividend_list_exported",
        actor=who.subject,
        subject=f"{village_code}/{dividend_id}",
        facts={"lines": len(shares), "version": standing.version},
    )
    return standing, shares


async def _seen(connection: Connection, who: Principal, village_code: str, dividend_id: UUID) -> Dividend:
    who.require_official(village_code)
    return await get_dividend(connection, village_code, dividend_id)
