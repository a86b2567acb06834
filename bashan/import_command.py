"""`bashan import FILE --kind register`: the operator brings a register in, for every place of the prefecture."""

import os
from pathlib import Path
from typing import Any

from bashan.cannot_start import CannotStart
from bashan.environment import Ground, ground, migrate_everything
from bashan.progress import shown_progress
from bashan.serving import begin_services
from bashan.settings import Settings
from services.households import worker as households
from services.households.settings import Settings as HouseholdsSettings
from services.households.use_cases.bring_in_households import Importer
from services.households.use_cases.run_import import import_file
from shared.db import Database
from shared.jobs import Progress

OPERATOR = Importer("operator", "系统管理员", ("",))


async def import_register_file(settings: Settings, file: Path, report: Path | None, *, quiet: bool) -> dict[str, Any]:
    """How many households were new, changed, as before or refused, and where the report of refused rows lies.

    Raises what is wrong with the file as a whole; CannotStart before anything is read where no report could be written.
    """
    written = report or file.with_name(f"{file.stem}-report.xlsx")
    if not os.access(written.parent, os.W_OK):
        raise CannotStart(f"no report can be written to {written.parent}", "name a file for it with --report")
    async with ground(settings) as on:
        await migrate_everything(on)
        await begin_services(on)
        progress = Progress()
        async with shown_progress("importing rows", progress, quiet=quiet):
            await run_import(on, file, report=written, progress=progress)
        return {"rows": progress.total, **progress.result, "report": str(written)}


async def run_import(on: Ground, file: Path, *, report: Path, progress: Progress) -> None:
    """Brings the file in on this ground, in this process."""
    given = {name: value for name, value in on.service_settings("households").items() if _is_setting(name)}
    settings = HouseholdsSettings.model_validate(given)
    database = Database(settings.jobs_database_url, pool_size=1, name="import")
    try:
        await import_file(households.register_import(database, settings, OPERATOR), file, file.name, report, progress)
    finally:
        await database.close()


def _is_setting(name: str) -> bool:
    return name in HouseholdsSettings.model_fields
