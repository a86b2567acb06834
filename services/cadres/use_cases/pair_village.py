"""An organisation pairs with a village, the two do things together, the pairing ends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast
from uuid import UUID

from services.cadres.domain.policy import Policy, policy_at
from services.cadres.domain.village_pairing import (
    Activity,
    ActivityKind,
    VillagePairing,
    YearlyActivity,
    may_end_village_pairing,
    may_pair_organisation,
    may_record_activity,
    yearly_activities,
)
from services.cadres.domain.village_pairing_errors import VillagePairingNotFound, VillagePairingStale
from services.cadres.storage.guards import guard_village
from services.cadres.storage.place_repository import require_village
from services.cadres.storage.unit_repository import get_unit
from services.cadres.storage.village_pairing_repository import (
    Key,
    VillagePairingLine,
    activities_of,
    add_activity,
    add_village_pairing,
    branch_pairings_in_year,
    get_village_pairing,
    save_village_pairing_end,
)
from shared.auth import Principal
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class PairingYear:
    """What a pairing owes in a year, and what was held in it, of whatever kind."""

    line: VillagePairingLine
    year: int
    owed: Sequence[YearlyActivity]
    held: Sequence[Activity]


async def pair_village(connection: Connection, who: Principal, pairing: VillagePairing) -> VillagePairingLine:
    """Raises OutsideScope, VillageNotFound, UnitNotFound, VillagePairingExists, UnitOfWrongKind."""
    who.require_official(pairing.village_code)
    await require_village(connection, pairing.village_code)
    await guard_village(connection, pairing.village_code)
    unit = await get_unit(connection, pairing.unit_id)
    if (refusal := may_pair_organisation(pairing, unit)) is not None:
        raise refusal
    await add_village_pairing(connection, pairing, who.subject)
    return await get_village_pairing(connection, pairing.village_pairing_id)


async def see_village_pairing(connection: Connection, who: Principal, pairing_id: UUID) -> VillagePairingLine:
    """Raises VillagePairingNotFound."""
    line = await get_village_pairing(connection, pairing_id)
    if not who.official_for(line.pairing.village_code):
        raise VillagePairingNotFound
    return line


async def end_village_pairing(
    connection: Connection,
    who: Principal,
    pairing_id: UUID,
    *,
    ends_on: date,
    note: str,
    version: int,
    show: Callable[[VillagePairingLine], Mapping[str, Any]],
) -> VillagePairingLine:
    """`show` is how whoever ended an older one is shown what stands.

    Raises VillagePairingNotFound, VillagePairingStale and the reasons of `may_end_village_pairing`.
    """
    found = await see_village_pairing(connection, who, pairing_id)
    await guard_village(connection, found.pairing.village_code)
    line = await get_village_pairing(connection, pairing_id)
    before = line.pairing
    if version != before.version:
        raise VillagePairingStale(current=show(line))
    if (refusal := may_end_village_pairing(before, ends_on)) is not None:
        raise refusal
    ended = replace(before, ended_on=ends_on, end_note=note, version=before.version + 1)
    await save_village_pairing_end(connection, ended, before.version, who.subject)
    return await get_village_pairing(connection, pairing_id)


async def record_activity(
    connection: Connection,
    policies: Sequence[Policy],
    who: Principal,
    pairing_id: UUID,
    *,
    activity_id: UUID,
    kind: ActivityKind,
    held_on: date,
    people: int,
    note: str | None,
    today: date,
) -> PairingYear:
    """The year of the activity as it stands then. Raises VillagePairingNotFound and the reasons of
    `may_record_activity`.
    """
    line = await see_village_pairing(connection, who, pairing_id)
    activity = Activity(activity_id, line.pairing.village_code, pairing_id, kind, held_on, people, note)
    if (refusal := may_record_activity(activity, line.pairing, today)) is not None:
        raise refusal
    await add_activity(connection, activity, who.subject)
    return (await _years(connection, policies, [line], held_on.year, today))[0]


async def see_activities(
    connection: Connection, policies: Sequence[Policy], who: Principal, pairing_id: UUID, year: int, today: date
) -> PairingYear:
    """Raises VillagePairingNotFound."""
    line = await see_village_pairing(connection, who, pairing_id)
    return (await _years(connection, policies, [line], year, today))[0]


async def see_years_of_region(
    connection: Connection,
    policies: Sequence[Policy],
    who: Principal,
    region: str,
    year: int,
    today: date,
    *,
    after: Key | None,
    limit: int,
) -> list[PairingYear]:
    """Every branch pairing of the place in a year, by village and id. Raises OutsideScope."""
    who.require_official(region)
    lines = await branch_pairings_in_year(connection, region, year, after, limit)
    return await _years(connection, policies, lines, year, today)


async def _years(
    connection: Connection, policies: Sequence[Policy], lines: Sequence[VillagePairingLine], year: int, today: date
) -> list[PairingYear]:
    held = await activities_of(connection, [line.pairing for line in lines], year)
    # The policy's file names kinds of activities; one that is not known is a mistake in the file.
    wanted = cast("tuple[ActivityKind, ...]", policy_at(policies, date(year, 12, 31)).branch_activities)
    return [
        PairingYear(
            line,
            year,
            yearly_activities(
                line.pairing,
                held.get(line.pairing.village_pairing_id, ()),
                wanted if line.pairing.kind == "branch" else (),
                year,
                today,
            ),
            held.get(line.pairing.village_pairing_id, ()),
        )
        for line in lines
    ]
