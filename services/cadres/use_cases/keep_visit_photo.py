"""Whoever entered a visit adds its photos; those near the household see them."""

from typing import Any
from uuid import UUID

from services.cadres.domain.visit import Visit
from services.cadres.domain.visit_errors import PhotoNotYours
from services.cadres.storage.guards import guard_visit
from services.cadres.use_cases.see_visits import see_visit, was_there
from shared.auth import Principal
from shared.db import Connection
from shared.files import FileBook, KeptFile


def photos_of(visit: Visit) -> dict[str, Any]:
    """Where the photos of a visit are kept."""
    return {"belongs_to": visit.household_id, "subject": f"visit:{visit.visit_id}"}


async def keep_visit_photo(
    connection: Connection, photos: FileBook, who: Principal, visit_id: UUID, content: bytes
) -> KeptFile:
    """The photo belongs to its visit at once. The guard keeps two uploads from both being the last that is allowed.

    Raises VisitNotFound, PhotoNotYours, FilesTooMany and what the content is refused for.
    """
    await guard_visit(connection, visit_id)
    visit = (await see_visit(connection, who, visit_id, "visit_photo")).visit
    if not was_there(who, visit):
        raise PhotoNotYours
    kept = await photos.take(connection, content, **photos_of(visit), by=who.subject)
    await photos.attach(connection, [kept.file_id], **photos_of(visit), by=who.subject)
    return kept


async def read_visit_photo(
    connection: Connection, photos: FileBook, who: Principal, visit_id: UUID, file_id: UUID
) -> tuple[KeptFile, bytes]:
    """Raises VisitNotFound, FileNotFound, FileGone."""
    visit = (await see_visit(connection, who, visit_id, "visit_photo")).visit
    kept = await photos.find(connection, file_id, **photos_of(visit))
    return kept, await photos.read(kept)
