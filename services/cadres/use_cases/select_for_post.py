"""A cadre applies for a post, its unit recommends, the organisation examines: a step at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.cadres.domain.after_a_recall import may_be_posted_after
from services.cadres.domain.errors import CadreNotInOffice
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.domain.selection import EXAMINED, Selection, SelectionStep, may_take_selection_step
from services.cadres.domain.selection_errors import SelectionNotFound, SelectionStepOfApplicant
from services.cadres.storage.appraisal_repository import personal_file
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.place_repository import require_village
from services.cadres.storage.selection_repository import (
    SelectionLine,
    add_selection,
    get_selection,
    save_selection,
)
from services.cadres.use_cases.see import require_serving_cadre
from shared.auth import Principal
from shared.db import Connection


async def apply_for_post(
    connection: Connection,
    cadres: CadreRepository,
    policies: Sequence[Policy],
    who: Principal,
    selection: Selection,
    today: date,
) -> SelectionLine:
    """The person applies, or an official of the village enters the application.

    Raises OutsideScope, VillageNotFound, CadreNotFound, CadreNotInOffice, SelectionOpen and the reasons of
    `may_be_posted_after`.
    """
    own = is_own(who, selection.cadre_id)
    if not own:
        who.require_official(selection.village_code)
    await require_village(connection, selection.village_code)
    cadre = await cadres.get(connection, selection.cadre_id)
    if not own:
        require_serving_cadre(who, cadre, selection.village_code)
    if not cadre.in_office(today):
        raise CadreNotInOffice
    file = await personal_file(connection, cadre.cadre_id)
    if (refusal := may_be_posted_after(selection.kind, [file], policy_at(policies, today), today)) is not None:
        raise refusal
    await add_selection(connection, selection, who.subject)
    return await get_selection(connection, selection.selection_id)


async def see_selection(
    connection: Connection, who: Principal, selection_id: UUID, *, lock: bool = False
) -> SelectionLine:
    """For the officials of the village and the person. Raises SelectionNotFound."""
    line = await get_selection(connection, selection_id, lock=lock)
    if not who.official_for(line.selection.village_code) and not is_own(who, line.selection.cadre_id):
        raise SelectionNotFound
    return line


async def take_selection_step(
    connection: Connection, who: Principal, selection_id: UUID, to: SelectionStep, note: str | None
) -> SelectionLine:
    """The person may only withdraw. Raises SelectionNotFound, OutsideScope, SelectionStepOfApplicant and the reasons
    of `may_take_selection_step`.
    """
    before = (await see_selection(connection, who, selection_id, lock=True)).selection
    if to != "withdrawn":
        who.require_official(before.village_code)
        if is_own(who, before.cadre_id):
            raise SelectionStepOfApplicant
    if (refusal := may_take_selection_step(before, to, who.subject)) is not None:
        raise refusal
    after = replace(before, state=to)
    if to in EXAMINED:
        after = replace(after, examined_by=who.subject, findings=note)
    elif to != "withdrawn":
        after = replace(after, recommended_by=who.subject, recommendation=note)
    await save_selection(connection, after)
    return await get_selection(connection, selection_id)


def is_own(who: Principal, cadre_id: UUID) -> bool:
    return "cadre" in who.roles and who.cadre_id == str(cadre_id)
