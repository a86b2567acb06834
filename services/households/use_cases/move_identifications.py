"""A household's course moves on: one, or a village's whole list with a line for each that stays.

Every refusal is decided before anything is written, so that of a list those that may move do, and the others are
untouched (report 四.8).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.households.domain.guarantees import UNCHECKED
from services.households.domain.household_errors import HouseholdNotFound
from services.households.domain.identification import Bearing, Case, Move, Posted
from services.households.domain.identification_course import may_move
from services.households.domain.identification_errors import (
    CourseRefused,
    IdentificationNotFound,
    LinesNeeded,
)
from services.households.domain.identification_kind import CHANGES, Kind, counts_against_quota
from services.households.domain.identification_moved import moved
from services.households.domain.identification_offices import offices
from services.households.domain.identification_policy import IdentificationPolicy
from services.households.domain.identification_state import MEETINGS, NOTICES, State, forward
from services.households.domain.income import last_closed_year
from services.households.domain.may_exit import ExitVerdict, may_exit
from services.households.domain.monitoring_policy import MonitoringRules
from services.households.domain.vote_ranking import inside_quota
from services.households.storage.change_repository import Author
from services.households.storage.guarantee_repository import guarantees_of_many
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.identification_repository import (
    Standing,
    cases_of_village,
    get_case,
    identification_log,
    save_cases,
    standings,
)
from services.households.storage.identified_households import enter_statuses
from services.households.storage.income_repository import net_per_head_of_many
from services.households.storage.quota_repository import hold_quotas, voted_on
from services.households.storage.region_repository import require_village
from services.households.use_cases.hold_office import holds_office, require_office
from services.households.use_cases.post_notice import post_notice
from services.households.use_cases.see_household import role_towards
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.course_log import Taken
from shared.db import Connection

Asked = Sequence[tuple[Case, Move]]


@dataclass(frozen=True, slots=True)
class CourseDesk:
    """Who moves, when, by which figures, and with what is written."""

    who: Principal
    clock: Clock
    households: HouseholdRepository
    change_log: ChangeLog
    policy: IdentificationPolicy
    monitoring: MonitoringRules


@dataclass(frozen=True, slots=True)
class Stays:
    """A course that could not move, and why; `refusal` carries the states that are open to it."""

    case: Case
    refusal: CourseRefused


@dataclass(frozen=True, slots=True)
class Moves:
    moved: Sequence[Case]
    stay: Sequence[Stays]
    notice_id: UUID | None


async def move_identification(connection: Connection, desk: CourseDesk, case_id: UUID, move: Move) -> Case:
    """Raises IdentificationNotFound, NotPermitted, OutsideScope, and the CourseRefused that says why not."""
    case = await get_case(connection, case_id, lock=True)
    try:
        await role_towards(connection, desk.who, case.household_id, case.village_code)
    except HouseholdNotFound:
        raise IdentificationNotFound from None
    done = await _move(connection, desk, case.village_code, [(case, move)])
    if done.stay:
        raise done.stay[0].refusal
    return done.moved[0]


async def move_village(
    connection: Connection, desk: CourseDesk, village: str, to: State, moves: Mapping[UUID, Move] | None, common: Move
) -> Moves:
    """Moves the named courses of a village, each by its own move, or all that stand before `to` by the common one.

    A course that is not of the village is left out. Raises VillageUnknown, LinesNeeded, NotPermitted, OutsideScope.
    """
    await require_village(connection, village)
    desk.who.require_official(village)
    if moves is not None:
        named = await cases_of_village(connection, village, case_ids=list(moves))
        return await _move(connection, desk, village, [(case, moves[case.case_id]) for case in named])
    if not forward(to):
        raise LinesNeeded
    standing = await cases_of_village(connection, village, states=forward(to))
    return await _move(connection, desk, village, [(case, common) for case in standing])


async def _move(connection: Connection, desk: CourseDesk, village: str, asked: Asked) -> Moves:
    today = desk.clock.today()
    for case, move in asked:
        _require_right(desk.who, case, move.to)
    there = await standings(connection, [case for case, _ in asked])
    bearing = await _bearings(connection, desk, [case for case, _ in asked], there)
    going: list[tuple[Case, Move]] = []
    stay: list[Stays] = []
    for case, move in asked:
        verdict = may_move(case, bearing[case.case_id], move, desk.policy, today)
        if verdict.refusal is None:
            going.append((case, move))
        else:
            stay.append(Stays(case, verdict.refusal))
    posted, digest = await _post(connection, desk, village, going, there)
    after = [_after(case, move, there[case.household_id], posted, desk) for case, move in going]
    await _write(connection, desk, [move for _, move in going], after, digest)
    notice_id = next((one.notice_id for one in posted.values()), None)
    return Moves(after, stay, notice_id)


def _require_right(who: Principal, case: Case, to: State) -> None:
    """A household may withdraw its own; every other step is an office's."""
    own = who.household_id == str(case.household_id) and "household" in who.roles
    if not (own and to is State.WITHDRAWN):
        require_office(who, case.village_code, *offices(case.state, to))


async def _bearings(
    connection: Connection, desk: CourseDesk, of: Sequence[Case], there: Mapping[UUID, Standing]
) -> Mapping[UUID, Bearing]:
    """What bears upon each course today, by its id; the quotas of their village are held from here on."""
    inside = await _places(connection, of)
    exits = await _exits(connection, desk, [case.household_id for case in of if case.kind is Kind.EXIT])
    found = {}
    for case in of:
        one = there[case.household_id]
        found[case.case_id] = Bearing(
            status=one.status,
            village_code=one.village_code,
            closed=one.closed,
            open_objection=one.objected,
            inside=inside.get(case.case_id),
            exit=exits.get(case.household_id),
            members=one.members,
        )
    return found


async def _exits(connection: Connection, desk: CourseDesk, leaving: Sequence[UUID]) -> Mapping[UUID, ExitVerdict]:
    """May these households leave the list, by what is on record of the last closed year and of their guarantees?"""
    if not leaving:
        return {}
    year = last_closed_year(desk.clock.today())
    incomes = await net_per_head_of_many(connection, leaving, year)
    sheets = await guarantees_of_many(connection, leaving)
    line = desk.monitoring.exit_line_cents(year)
    return {one: may_exit(year, incomes.get(one), line, sheets.get(one, UNCHECKED)) for one in leaving}


async def _places(connection: Connection, of: Sequence[Case]) -> Mapping[UUID, bool]:
    """Is a course that was voted on inside the quota of its village and year? Left out where there is no quota."""
    waiting = [case for case in of if case.state is State.VILLAGE_REVIEW and counts_against_quota(case.kind)]
    if not waiting:
        return {}
    quotas = await hold_quotas(connection, {(case.village_code, case.year) for case in waiting})
    found: dict[UUID, bool] = {}
    for (village, year), quota in quotas.items():
        inside = inside_quota(await voted_on(connection, village, year), quota.places - quota.used)
        found |= {case.case_id: case.case_id in inside for case in waiting if case.year == year}
    return found


async def _post(
    connection: Connection,
    desk: CourseDesk,
    village: str,
    going: Asked,
    there: Mapping[UUID, Standing],
) -> tuple[Mapping[UUID, Posted], str]:
    """One notice for all that move to it; the moves of one request go to one state."""
    listed = [(case, move.to) for case, move in going if move.to in NOTICES]
    if not listed:
        return {}, ""
    cases = [case for case, _ in listed]
    return await post_notice(
        connection, village, listed[0][1], cases, there, desk.policy, desk.clock.today(), desk.who.subject
    )


def _after(case: Case, move: Move, there: Standing, posted: Mapping[UUID, Posted], desk: CourseDesk) -> Case:
    return moved(
        case,
        move,
        desk.clock.today(),
        posted=posted.get(case.case_id),
        income_cents=there.income_cents,
        people=there.people,
    )


async def _write(
    connection: Connection,
    desk: CourseDesk,
    moves: Sequence[Move],
    after: Sequence[Case],
    digest: str,
) -> None:
    at = desk.clock.now()
    taken = [
        Taken(case, desk.who.subject, at, _facts(desk, case, move, digest))
        for case, move in zip(after, moves, strict=True)
    ]
    await identification_log.append(connection, taken)
    await save_cases(connection, after)
    entered = {case.household_id: CHANGES[case.kind].after for case in after if case.state is State.COUNTY_ENTRY}
    if entered:
        author = Author(desk.who.subject, desk.who.name, "identification")
        await enter_statuses(connection, desk.households, desk.change_log, entered, author, desk.clock.today())


def _facts(desk: CourseDesk, case: Case, move: Move, digest: str) -> dict[str, Any]:
    """What the chain keeps of a move: who sat, the votes, the notice and its hash. No fact of the household."""
    role = "household" if move.by_household else _role(desk.who, case, move.to)
    facts: dict[str, Any] = {"role": role, "policy": desk.policy.version}
    if move.reason:
        facts["reason"] = move.reason
    if move.to in MEETINGS:
        facts["reviewers"] = [
            {"name": one.name, "person": one.person, "committee": one.committee} for one in move.reviewers
        ]
    if move.to is State.VILLAGE_REVIEW and case.vote is not None:
        facts["vote"] = {
            "votes": case.vote.votes,
            "present": move.present,
            "members": move.members,
            "recused": move.recused,
        }
    if digest:
        posted = case.notice_2 if move.to is State.NOTICE_2 else case.notice_1
        facts |= {"notice_id": str(posted and posted.notice_id), "sha256": digest}
    return facts


def _role(who: Principal, case: Case, to: State) -> str:
    held = ("village_official", "township_official", "county_official", "city_official")
    return next((role for role in held if holds_office(who, case.village_code, role)), to.value)
