"""Uploads go when their jobs have ended, and reports when their time is over."""

import asyncio

from services.households.storage.import_store import job_states
from services.households.storage.upload_files import ImportFiles
from shared.db import Database
from shared.errors import Failure

PAUSE_SECONDS = 2.0
ENDED = frozenset({"succeeded", "failed"})


async def tidy_imports(database: Database, files: ImportFiles) -> None:
    """An upload whose job was never committed is left alone until nobody can be committing it any more."""
    uploads = files.uploads()
    if uploads:
        async with database.transaction() as connection:
            states = await job_states(connection, uploads)
        ended = [job_id for job_id in uploads if states.get(job_id) in ENDED]
        files.sweep(ended, set(states) - set(ended))
    else:
        files.sweep((), ())


async def keep_tidy(database: Database, files: ImportFiles) -> None:
    """Tidies until cancelled."""
    while True:
        try:
            await tidy_imports(database, files)
        except (Failure, OSError):
            await asyncio.sleep(PAUSE_SECONDS)
        await asyncio.sleep(PAUSE_SECONDS)
