"""The county gives to a village's reserved fund, or takes back what was not used."""

from datetime import date
from typing import Literal

from services.households.domain.reserve_errors import ReserveDayAhead
from services.households.domain.reserve_fund import Entry, first_wrong_entry
from services.households.storage.region_repository import require_village
from services.households.storage.reserve_repository import (
    BookedEntry,
    Posting,
    Pot,
    book,
    entries_of,
    ledger_of,
    pot_of,
)
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def fund_village(
    connection: Connection,
    who: Principal,
    audit: AuditTrail,
    clock: Clock,
    village_code: str,
    *,
    kind: Literal["allocation", "recall"],
    amount_cents: int,
    on: date,
    note: str,
) -> Entry:
    """Raises NotPermitted, OutsideScope, VillageUnknown, ReserveDayAhead, ReservePotShort."""
    who.require_role("county_official", "city_official")
    who.require_official(village_code)
    await require_village(connection, village_code)
    if on > clock.today():
        raise ReserveDayAhead
    signed = amount_cents if kind == "allocation" else -amount_cents
    entry = await book(connection, village_code, Posting(kind, signed, on, note), who)
    await audit.append(
        connection,
        at=clock.now(),
        event=f"reserve_{kind}",
        actor=who.subject,
        subject=village_code,
        facts={"entry_no": entry.entry_no, "amount_cents": entry.amount_cents},
    )
    return entry


async def read_pot(connection: Connection, who: Principal, village_code: str) -> tuple[Pot, int | None]:
    """The pot, and the number of the first line of its ledger that does not follow from those before it.

    Raises OutsideScope, VillageUnknown.
    """
    who.require_official(village_code)
    await require_village(connection, village_code)
    pot, wrong = await pot_of(connection, village_code), first_wrong_entry(await ledger_of(connection, village_code))
    return pot, wrong.entry_no if wrong else None


async def read_ledger(
    connection: Connection, who: Principal, village_code: str, before: int | None, limit: int
) -> list[BookedEntry]:
    """Raises OutsideScope, VillageUnknown."""
    who.require_official(village_code)
    await require_village(connection, village_code)
    return await entries_of(connection, village_code, before=before, limit=limit)
