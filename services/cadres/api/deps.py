"""What the routes of this service are handed."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request

from services.cadres.domain.appraisal_scheme import Scheme
from services.cadres.domain.inspection_policy import InspectionPolicy
from services.cadres.domain.policy import Policy
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.caseload import Caseload
from services.cadres.storage.evaluation_repository import EvaluationRepository
from shared.files import FileBook, SealedFiles
from shared.jobs import Jobs
from shared.web.context import Mechanisms
from shared.web.fields import IsoDate


@dataclass(frozen=True, slots=True)
class Rooms:
    """The repositories and the policy figures, made once in `main.py`."""

    cadres: CadreRepository
    caseload: Caseload
    policies: tuple[Policy, ...]
    jobs: Jobs
    uploads: SealedFiles
    schemes: tuple[Scheme, ...]
    photos: FileBook


@dataclass(frozen=True, slots=True)
class InspectionDesk:
    """What inspections and evaluations need beside the transaction."""

    evaluations: EvaluationRepository
    policies: tuple[InspectionPolicy, ...]


async def inspection_desk_of(request: Request) -> InspectionDesk:
    found: InspectionDesk = request.app.state.inspection_desk
    return found


async def rooms_of(request: Request) -> Rooms:
    found: Rooms = request.app.state.rooms
    return found


async def photos_of_rooms(request: Request) -> FileBook:
    return (await rooms_of(request)).photos


async def day_asked(
    with_: Mechanisms, as_of: Annotated[IsoDate | None, Query(description="day asked for; today when absent")] = None
) -> date:
    return as_of or with_.clock.today()


Repositories = Annotated[Rooms, Depends(rooms_of)]
Photos = Annotated[FileBook, Depends(photos_of_rooms)]
Day = Annotated[date, Depends(day_asked)]
Inspecting = Annotated[InspectionDesk, Depends(inspection_desk_of)]
