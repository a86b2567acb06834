"""What the routes of this service are handed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from services.households.api.convert import household_out
from services.households.domain.household import Household
from services.households.domain.identification_policy import IdentificationPolicy, policy_on
from services.households.domain.monitoring_policy import MonitoringRules
from services.households.domain.plan_policy import PlanPolicy, policy_at
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.objection_repository import ObjectionRepository
from services.households.storage.record_desk import RecordDesk
from services.households.storage.upload_files import ImportFiles
from services.households.use_cases.change_household import ChangeHousehold
from services.households.use_cases.monitoring_desk import Desk
from services.households.use_cases.move_identifications import CourseDesk
from services.households.use_cases.record_event import RecordEvent
from shared.crypto import FieldCipher
from shared.jobs import Jobs
from shared.web.context import Connection, Mechanisms, Who


@dataclass(frozen=True, slots=True)
class Rooms:
    """The repositories, made once in `main.py`."""

    households: HouseholdRepository
    records: RecordDesk
    cipher: FieldCipher
    jobs: Jobs
    files: ImportFiles
    plan_policies: Sequence[PlanPolicy]
    monitoring: MonitoringRules
    objections: ObjectionRepository
    identification: Sequence[IdentificationPolicy]


async def rooms_of(request: Request) -> Rooms:
    found: Rooms = request.app.state.rooms
    return found


Repositories = Annotated[Rooms, Depends(rooms_of)]


async def policy_today(with_: Mechanisms, rooms: Repositories) -> PlanPolicy:
    return policy_at(rooms.plan_policies, with_.clock.today())


PolicyToday = Annotated[PlanPolicy, Depends(policy_today)]


async def desk_of(connection: Connection, with_: Mechanisms, rooms: Repositories) -> Desk:
    return Desk(connection, rooms.households, with_.change_log, rooms.monitoring, with_.clock.today())


MonitoringDesk = Annotated[Desk, Depends(desk_of, scope="function")]


async def change_of(
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    desk: MonitoringDesk,
    policy: PolicyToday,
) -> ChangeHousehold:
    return ChangeHousehold(connection, rooms.households, with_.change_log, who, _shown, desk, policy)


def _shown(household: Household) -> dict[str, Any]:
    return household_out(household).model_dump(mode="json")


Change = Annotated[ChangeHousehold, Depends(change_of, scope="function")]


async def recording_of(
    who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, change: Change, desk: MonitoringDesk
) -> RecordEvent:
    return RecordEvent(connection, rooms.households, with_.change_log, who, change, desk)


Recording = Annotated[RecordEvent, Depends(recording_of, scope="function")]


async def course_desk_of(who: Who, with_: Mechanisms, rooms: Repositories) -> CourseDesk:
    policy = policy_on(rooms.identification, with_.clock.today())
    return CourseDesk(who, with_.clock, rooms.households, with_.change_log, policy, rooms.monitoring)


IdentificationDesk = Annotated[CourseDesk, Depends(course_desk_of)]
