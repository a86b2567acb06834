"""What the routes of this service are handed."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request

from services.credit.use_cases.answer_grade_queries import GradeQueries
from shared.crypto import FieldCipher
from shared.errors import VersionMissing
from shared.jobs import Jobs
from shared.web.replies import version_of


@dataclass(frozen=True, slots=True)
class Rooms:
    """Made once in `main.py`."""

    jobs: Jobs
    cipher: FieldCipher
    queries: GradeQueries


def rooms_of(request: Request) -> Rooms:
    found: Rooms = request.app.state.rooms
    return found


async def rooms_given(request: Request) -> Rooms:
    return rooms_of(request)


async def file_version(
    if_match: Annotated[str | None, Header()] = None, if_none_match: Annotated[str | None, Header()] = None
) -> int:
    """The version that a write replaces; `If-None-Match: *` begins a file (version 0). Raises VersionMissing."""
    if if_match is None and if_none_match == "*":
        return 0
    if if_match is None:
        raise VersionMissing
    return version_of(if_match)


Repositories = Annotated[Rooms, Depends(rooms_given)]
FileVersion = Annotated[int, Depends(file_version)]
