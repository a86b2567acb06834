"""One village of the demonstration stands in its first public notice: reviewed, voted on, five of six inside the quota.

Through the services' own use cases, by an invented desk, so that each login of the demonstration may go on with it.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from bashan.demo.population import DemoUnit
from bashan.environment import Ground
from services.households.domain.identification import Move, Reviewer
from services.households.domain.identification_kind import Kind
from services.households.domain.identification_policy import policy_on
from services.households.domain.identification_state import COURSE, State
from services.households.storage import tables
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.identification_policy_file import load_identification_policies
from services.households.storage.identification_repository import count_cases
from services.households.storage.monitoring_policy_file import load_monitoring_rules
from services.households.use_cases.move_identifications import CourseDesk, move_village
from services.households.use_cases.open_identification import open_identification
from services.households.use_cases.set_quota import set_quota
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.db import Connection, Database
from shared.hash_chain import AuditTrail
from shared.ids import new_id
from shared.web.assemble import field_cipher

PLACES, VOTES = 5, (57, 55, 52, 49, 46, 41)
PRESENT, MEMBERS = 60, 78
SITTING = {
    State.GROUP_REVIEW: (Reviewer("示范组员甲"), Reviewer("示范组员乙"), Reviewer("示范组员丙")),
    State.VILLAGE_REVIEW: (Reviewer("示范主持人"), Reviewer("示范计票人"), Reviewer("示范监票人")),
    State.COMMITTEE_CONFIRMED: (
        Reviewer("示范支书", committee="party_branch"),
        Reviewer("示范主任", committee="village_committee"),
        Reviewer("示范文书", committee="village_committee"),
    ),
}


async def post_first_notice(on: Ground, unit: DemoUnit) -> None:
    """Does nothing where the village has identified somebody already."""
    village = unit.plan.row.code
    poorest = [one.household_id for one in unit.households if not one.on_poverty_list][: len(VOTES)]
    database = Database(on.urls["households"].jobs, pool_size=1, name="demo-identification")
    try:
        async with database.transaction() as connection:
            if not await count_cases(connection, village):
                await _identify(connection, _desk(on, village), village, [UUID(one) for one in poorest])
    finally:
        await database.close()


def _desk(on: Ground, village: str) -> CourseDesk:
    clock = Clock()
    who = Principal(
        "demonstration",
        "示范经办人",
        frozenset({"village_official", "county_official"}),
        {"village_official": (village,), "county_official": (village[:6],)},
        "demonstration",
        0,
    )
    return CourseDesk(
        who,
        clock,
        HouseholdRepository(field_cipher("households", on.secrets_dir)),
        ChangeLog(tables.change_log),
        policy_on(load_identification_policies(), clock.today()),
        load_monitoring_rules(),
    )


async def _identify(connection: Connection, desk: CourseDesk, village: str, households: Sequence[UUID]) -> None:
    await _set_places(connection, desk, village, desk.clock.today())
    cases = []
    for household_id in households:
        case = await open_identification(
            connection,
            desk.households,
            desk.clock,
            desk.who,
            household_id=household_id,
            case_id=new_id(),
            kind=Kind.ENTRY,
            statement="示范数据：缺劳力，收入低",
        )
        cases.append(case.case_id)
    for to in COURSE[1:5]:
        moves = {case_id: _move(desk, to, votes) for case_id, votes in zip(cases, VOTES, strict=False)}
        await move_village(connection, desk, village, to, moves, _move(desk, to, 0))


async def _set_places(connection: Connection, desk: CourseDesk, village: str, today: date) -> None:
    await set_quota(
        connection,
        AuditTrail(tables.audit_events),
        desk.clock,
        desk.who,
        village=village,
        year=today.year,
        places=PLACES,
        document=f"示范〔{today.year}〕1号",
        version=None,
        show=lambda quota: {"places": quota.places},
    )


def _move(desk: CourseDesk, to: State, votes: int) -> Move:
    return Move(
        to,
        desk.who.subject,
        desk.who.name,
        reviewers=SITTING.get(to, ()),
        present=PRESENT,
        members=MEMBERS,
        votes=votes,
    )
