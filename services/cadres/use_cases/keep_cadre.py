"""An official enters a cadre, or changes what is known of the person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from services.cadres.domain.after_a_recall import may_be_ranked_after
from services.cadres.domain.cadre import Cadre
from services.cadres.domain.errors import CadreStale
from services.cadres.domain.may_serve_from_to import Duties, may_serve_from_to
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.storage.appraisal_repository import personal_file
from services.cadres.storage.cadre_repository import CadreRepository, duties_of
from services.cadres.storage.guards import guard_cadres
from services.cadres.storage.pairing_repository import helper_changes, open_households_of
from services.cadres.storage.unit_repository import get_unit
from services.cadres.use_cases.see import require_known_cadre
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.db import Connection

_NONE = Duties(open_pairings=0, open_posts=0, open_tasks=0, first_start=None, last_end=None)


async def enter_cadre(
    connection: Connection, cadres: CadreRepository, who: Principal, cadre: Cadre, today: date
) -> Cadre:
    """Raises OutsideScope, UnitNotFound, CadreIdTaken, SubjectBound and the reasons of `may_serve_from_to`."""
    who.require_official(cadre.region_code)
    await get_unit(connection, cadre.unit_id)
    if (refusal := may_serve_from_to(cadre.valid_from, cadre.valid_to, _NONE, today)) is not None:
        raise refusal
    await cadres.add(connection, cadre)
    return cadre


async def replace_cadre(
    connection: Connection,
    cadres: CadreRepository,
    change_log: ChangeLog,
    policies: Sequence[Policy],
    who: Principal,
    cadre: Cadre,
    version: int,
    *,
    keep_phone: bool,
    today: date,
    show: Callable[[Cadre], Mapping[str, Any]],
) -> Cadre:
    """The cadre as it stands afterwards; a new name reaches the siblings of every household that the cadre helps.
    `show` is how whoever changed an older one is shown what stands.

    Raises CadreNotFound, OutsideScope, UnitNotFound, CadreStale, SubjectBound and the reasons of `may_serve_from_to`
    and `may_be_ranked_after`.
    """
    await guard_cadres(connection, [cadre.cadre_id])
    before = await cadres.get(connection, cadre.cadre_id)
    require_known_cadre(who, before)
    who.require_official(before.region_code)
    who.require_official(cadre.region_code)
    await get_unit(connection, cadre.unit_id)
    if before.version != version:
        raise CadreStale(current=show(before))
    duties = await duties_of(connection, cadre.cadre_id)
    if (refusal := may_serve_from_to(cadre.valid_from, cadre.valid_to, duties, today)) is not None:
        raise refusal
    if cadre.rank != before.rank:
        file, policy = await personal_file(connection, cadre.cadre_id), policy_at(policies, today)
        if (refusal := may_be_ranked_after(before.rank, cadre.rank, file, policy, today)) is not None:
            raise refusal
    phone = before.phone if keep_phone else cadre.phone
    after = replace(cadre, phone=phone, demonstration=before.demonstration, version=version + 1)
    await cadres.save(connection, after, version)
    if after.name != before.name:
        helped = await open_households_of(connection, after.cadre_id)
        await change_log.append(connection, helper_changes(helped, after.cadre_id, after.name))
    return after
