"""An official ends a cadre's responsibility for a household; the history stays."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.cadres.domain.errors import HelpedHouseholdNotFound, PairingNotFound, PairingStale
from services.cadres.domain.may_end_pairing import may_end_pairing
from services.cadres.domain.pairing import PairingEndReason
from services.cadres.storage.guards import guard_cadres, guard_household
from services.cadres.storage.pairing_repository import PairingLine, get_pairing, helper_change, save_end
from services.cadres.use_cases.see import require_official_for_household
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.db import Connection


async def end_pairing(
    connection: Connection,
    change_log: ChangeLog,
    who: Principal,
    pairing_id: UUID,
    *,
    ends_on: date,
    reason: PairingEndReason,
    note: str | None,
    version: int,
    today: date,
    show: Callable[[PairingLine], Mapping[str, Any]],
) -> PairingLine:
    """`show` is how whoever ended an older one is shown what stands.

    Raises PairingNotFound, PairingStale and the reasons of `may_end_pairing`.
    """
    found = await get_pairing(connection, pairing_id)
    try:
        require_official_for_household(who, found.village_code)
    except HelpedHouseholdNotFound:
        raise PairingNotFound from None
    await guard_household(connection, found.pairing.household_id)
    await guard_cadres(connection, [found.pairing.cadre_id])
    line = await get_pairing(connection, pairing_id)
    if version != line.pairing.version:
        raise PairingStale(current=show(line))
    if (refusal := may_end_pairing(line.pairing, ends_on, today)) is not None:
        raise refusal
    before = line.pairing
    ended = replace(before, ended_on=ends_on, end_reason=reason, end_note=note, version=before.version + 1)
    await save_end(connection, ended, before.version, who.subject)
    await change_log.append(connection, [helper_change(before.household_id, None, None)])
    return replace(line, pairing=ended)
