"""What the routes of this service are handed."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request

from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.upload_files import ImportFiles
from shared.crypto import FieldCipher
from shared.jobs import Jobs
from shared.web.replies import version_of


@dataclass(frozen=True, slots=True)
class Rooms:
    """The repositories, made once in `main.py`."""

    households: HouseholdRepository
    cipher: FieldCipher
    jobs: Jobs
    files: ImportFiles


def rooms_of(request: Request) -> Rooms:
    found: Rooms = request.app.state.rooms
    return found


def expected_version(if_match: Annotated[str | None, Header()] = None) -> int:
    return version_of(if_match)


Repositories = Annotated[Rooms, Depends(rooms_of)]
ExpectedVersion = Annotated[int, Depends(expected_version)]
