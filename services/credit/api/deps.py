"""What the routes of this service are handed."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request

from services.credit.domain.consent_errors import PartnersUnknown
from services.credit.use_cases.answer_grade_queries import GradeQueries
from services.credit.use_cases.explain_own_grade import OwnGrades
from shared.crypto import FieldCipher
from shared.jobs import Jobs
from shared.web.versions import version_if_given


@dataclass(frozen=True, slots=True)
class Rooms:
    """Made once in `main.py`."""

    jobs: Jobs
    cipher: FieldCipher
    queries: GradeQueries
    own_grades: OwnGrades


def rooms_of(request: Request) -> Rooms:
    found: Rooms = request.app.state.rooms
    return found


async def rooms_given(request: Request) -> Rooms:
    return rooms_of(request)


async def file_version(
    given: Annotated[int | None, Depends(version_if_given)], if_none_match: Annotated[str | None, Header()] = None
) -> int | None:
    """The version replaced; 0 (`If-None-Match: *`) only begins a file, None begins one where there is none."""
    return 0 if given is None and if_none_match == "*" else given


async def partners_known(request: Request) -> frozenset[str]:
    """The banks that the gateway lets ask. Raises PartnersUnknown until it has said so, seconds after the start."""
    found: frozenset[str] | None = getattr(request.app.state, "partners", None)
    if found is None:
        raise PartnersUnknown(retry_after=2)
    return found


KnownPartners = Annotated[frozenset[str], Depends(partners_known)]
Repositories = Annotated[Rooms, Depends(rooms_given)]
FileVersion = Annotated[int | None, Depends(file_version)]
