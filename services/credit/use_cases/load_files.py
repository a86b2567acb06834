"""Load many credit files at once, with vetoes, consents and loans, as the demonstration does."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.credit.storage.bulk_files import village_has_files, write_new
from shared.db import Connection

Rows = Sequence[Mapping[str, Any]]


async def load_files(
    connection: Connection,
    village_code: str,
    *,
    files: Rows,
    vetoes: Rows,
    consents: Rows,
    loans: Rows,
    events: Rows,
) -> bool:
    """All files of a village that has none yet; False, and nothing written, when it has some."""
    if await village_has_files(connection, village_code):
        return False
    await write_new(connection, files, vetoes, consents, loans, events)
    return True
