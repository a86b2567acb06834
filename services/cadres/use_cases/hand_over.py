"""A household is proposed to another cadre, who accepts or refuses it; with the acceptance the helper changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.cadres.domain.errors import PairingNotFound
from services.cadres.domain.handover import Handover
from services.cadres.domain.handover_errors import HandoverAnswered, HandoverNotFound
from services.cadres.domain.may_be_paired import may_be_paired
from services.cadres.domain.may_hand_over import may_answer, may_hand_over
from services.cadres.domain.pairing import Pairing, PairingEndReason
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.guards import guard_cadres, guard_household
from services.cadres.storage.handover_repository import (
    HandoverLine,
    add_handover,
    get_departure,
    get_handover,
    is_leaving,
    save_answer,
)
from services.cadres.storage.pairing_repository import (
    add_pairing,
    helper_change,
    households_now,
    open_pairing_of,
    save_end,
)
from services.cadres.storage.place_repository import get_household
from services.cadres.use_cases.move_task import pass_on_tasks
from services.cadres.use_cases.see import own_cadre_id, require_official_for_household, require_serving_cadre
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.clock import day_of
from shared.db import Connection
from shared.ids import new_id


async def propose_handover(
    connection: Connection,
    cadres: CadreRepository,
    who: Principal,
    *,
    household_id: UUID,
    to_cadre_id: UUID,
    departure_id: UUID | None,
) -> HandoverLine:
    """Raises HelpedHouseholdNotFound, CadreNotFound, DepartureNotFound, HandoverOpen and the reasons of
    `may_hand_over`.
    """
    await guard_household(connection, household_id)
    household = await get_household(connection, household_id)
    require_official_for_household(who, household.village_code)
    receiver = await cadres.get(connection, to_cadre_id)
    require_serving_cadre(who, receiver, household.village_code)
    departure = None if departure_id is None else (await get_departure(connection, departure_id)).departure
    pairing = await open_pairing_of(connection, household_id)
    helper = None if pairing is None else pairing.cadre_id
    leaving = await is_leaving(connection, to_cadre_id)
    refusal = may_hand_over(helper, to_cadre_id, leaving=leaving, departure=departure)
    if refusal is not None or pairing is None:
        raise refusal or PairingNotFound
    handover = Handover(new_id(), household_id, pairing.pairing_id, pairing.cadre_id, to_cadre_id, departure_id)
    await add_handover(connection, handover, who.subject)
    return await get_handover(connection, handover.handover_id)


async def accept_handover(
    connection: Connection,
    cadres: CadreRepository,
    change_log: ChangeLog,
    policies: Sequence[Policy],
    who: Principal,
    handover_id: UUID,
    now: datetime,
) -> HandoverLine:
    """The receiver answers for the household from today, and has its open tasks and duties.

    Raises HandoverNotFound and the reasons of `may_answer` and `may_be_paired`.
    """
    today = day_of(now)
    handover, open_pairing = await _held(connection, who, handover_id)
    if (refusal := may_answer(handover, open_pairing, accept=True)) is not None or open_pairing is None:
        raise refusal or HandoverNotFound
    household = await get_household(connection, handover.household_id)
    receiver = await cadres.get(connection, handover.to_cadre_id)
    refusal = may_be_paired(
        household,
        receiver,
        today,
        households_now=await households_now(connection, receiver.cadre_id),
        policy=policy_at(policies, today),
        today=today,
        leaving=await is_leaving(connection, receiver.cadre_id),
    )
    if refusal is not None:
        raise refusal
    reason: PairingEndReason = "rebalanced" if handover.departure_id is None else "cadre_left"
    ended = replace(open_pairing, ended_on=today, end_reason=reason, version=open_pairing.version + 1)
    await save_end(connection, ended, open_pairing.version, who.subject)
    await add_pairing(connection, Pairing(new_id(), household.household_id, receiver.cadre_id, today), who.subject)
    await pass_on_tasks(connection, who, handover, now)
    await save_answer(connection, replace(handover, state="accepted"), who.subject)
    await change_log.append(connection, [helper_change(household.household_id, receiver.cadre_id, receiver.name)])
    return await get_handover(connection, handover_id)


async def refuse_handover(connection: Connection, who: Principal, handover_id: UUID, reason: str) -> HandoverLine:
    """The household stays with its cadre until another one accepts. Raises HandoverNotFound, HandoverAnswered."""
    handover, _ = await _held(connection, who, handover_id)
    if (refusal := may_answer(handover, None, accept=False)) is not None:
        raise refusal
    await save_answer(connection, replace(handover, state="refused", answer_note=reason), who.subject)
    return await get_handover(connection, handover_id)


async def withdraw_handover(connection: Connection, who: Principal, handover_id: UUID) -> HandoverLine:
    """An official takes a proposal back that nobody has answered. Raises HandoverNotFound, HandoverAnswered."""
    line = await get_handover(connection, handover_id)
    if line.village_code is None or not who.official_for(line.village_code):
        raise HandoverNotFound
    await guard_household(connection, line.handover.household_id)
    handover = (await get_handover(connection, handover_id)).handover
    if handover.state != "proposed":
        raise HandoverAnswered(state=handover.state, allowed=[])
    await save_answer(connection, replace(handover, state="withdrawn"), who.subject)
    return await get_handover(connection, handover_id)


async def _held(connection: Connection, who: Principal, handover_id: UUID) -> tuple[Handover, Pairing | None]:
    """The proposal and the household's open pairing, behind their guards. Raises HandoverNotFound to all but the
    receiver.
    """
    handover = (await get_handover(connection, handover_id)).handover
    if handover.to_cadre_id != own_cadre_id(who):
        raise HandoverNotFound
    await guard_household(connection, handover.household_id)
    await guard_cadres(connection, [handover.from_cadre_id, handover.to_cadre_id])
    handover = (await get_handover(connection, handover_id)).handover
    return handover, await open_pairing_of(connection, handover.household_id)
