"""Photos show what was found, and that it is put right: officials of the place add them until the finding is closed."""

from typing import Any
from uuid import UUID

from services.cadres.domain.inspection import Finding
from services.cadres.domain.inspection_errors import FindingClosed, FindingNotFound
from services.cadres.storage.inspection_repository import get_finding
from shared.auth import Principal
from shared.db import Connection
from shared.files import FileBook, KeptFile


def photos_of_finding(finding: Finding) -> dict[str, Any]:
    """Where the photos of a finding are kept."""
    return {"belongs_to": finding.finding_id, "subject": f"finding:{finding.finding_id}"}


async def keep_finding_photo(
    connection: Connection, photos: FileBook, who: Principal, finding_id: UUID, content: bytes
) -> KeptFile:
    """The photo belongs to its finding at once; the finding is held, so that of two uploads not both are the last.

    Raises FindingNotFound, FindingClosed, FilesTooMany and what the content is refused for.
    """
    finding = await get_finding(connection, finding_id, to_change=True)
    if not who.official_for(finding.village_code):
        raise FindingNotFound
    if finding.state == "closed":
        raise FindingClosed(allowed=[])
    kept = await photos.take(connection, content, **photos_of_finding(finding), by=who.subject)
    await photos.attach(connection, [kept.file_id], **photos_of_finding(finding), by=who.subject)
    return kept


async def read_finding_photo(
    connection: Connection, photos: FileBook, who: Principal, finding_id: UUID, file_id: UUID
) -> tuple[KeptFile, bytes]:
    """Raises FindingNotFound, FileNotFound, FileGone."""
    finding = await get_finding(connection, finding_id)
    if not who.official_for(finding.village_code):
        raise FindingNotFound
    kept = await photos.find(connection, file_id, **photos_of_finding(finding))
    return kept, await photos.read(kept)
