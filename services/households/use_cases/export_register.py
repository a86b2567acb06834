"""The register of a place is written as a table, household by household, memory flat.

The rows lie for seconds in a private folder while they are written; the finished file is sealed like an upload. What is
shown unmasked is a look at each household, kept in the transaction in which it was read.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.households.domain.household import Household
from services.households.domain.register_export import HEADINGS, Places, rows_of
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.household_search import households_after
from services.households.storage.look_repository import add_looks
from services.households.storage.region_repository import all_regions
from services.households.storage.upload_files import ImportFiles
from shared.clock import Clock
from shared.db import Database
from shared.jobs import Progress
from shared.sheets.writing import MOST_ROWS, Lines, SheetWriter

CHUNK = 500
SHEET = "家庭成员"
LOOK = "export:id_number,phone"


@dataclass(frozen=True, slots=True)
class ExportAsked:
    """Who asked for what; `reason` is what the households read, when numbers are unmasked."""

    region: str
    unmasked: bool
    reason: str | None
    subject: str
    name: str


class RegisterExport:
    """`database` is that of the jobs role."""

    def __init__(self, database: Database, households: HouseholdRepository, clock: Clock | None = None) -> None:
        self._database = database
        self._households = households
        self._clock = clock or Clock()

    async def run(self, files: ImportFiles, job_id: UUID, asked: ExportAsked, progress: Progress) -> None:
        """Counts households into `progress`; the sealed file may be had when it ends."""
        async with self._database.transaction() as connection:
            places = {region.code: region.name for region in await all_regions(connection)}
        with files.scratch() as folder:
            path = folder / "register.xlsx"
            with SheetWriter(path) as book:
                await self._write(book, places, asked, progress)
            await asyncio.to_thread(files.keep_export, job_id, path.read_bytes())
        progress.total = progress.done
        progress.result |= {"households": progress.done, "file_url": f"/v1/jobs/{job_id}/file"}

    async def _write(self, book: SheetWriter, places: Places, asked: ExportAsked, progress: Progress) -> None:
        sheet, people, sheets = book.sheet(SHEET, HEADINGS), 0, 1
        day = self._clock.today()
        after: tuple[str, UUID] | None = None
        while found := await self._next(asked, after):
            after = (found[-1].facts.village_code, found[-1].household_id)
            if people + sum(len(household.members) for household in found) > MOST_ROWS * sheets:
                sheets += 1
                sheet = book.sheet(f"{SHEET}{sheets}", HEADINGS)
            for household in found:
                people += _add(sheet, rows_of(household, places, day, people + 1, unmasked=asked.unmasked))
            progress.done += len(found)
            progress.accepted = progress.done
            progress.result = {"people": people}

    async def _next(self, asked: ExportAsked, after: tuple[str, UUID] | None) -> Sequence[Household]:
        """The next households by village and id, each looked at if its numbers are shown."""
        async with self._database.transaction() as connection:
            keys = await households_after(connection, asked.region, after, CHUNK)
            if not keys:
                return []
            if asked.unmasked:
                await add_looks(
                    connection,
                    [household_id for _, household_id in keys],
                    actor=asked.subject,
                    actor_name=asked.name,
                    role="official",
                    what=LOOK,
                    reason=asked.reason,
                )
            found = await self._households.get_many(connection, [household_id for _, household_id in keys])
        return sorted(found, key=lambda household: (household.facts.village_code, household.household_id))


def _add(sheet: Lines, rows: Iterable[list[str]]) -> int:
    """How many rows they were."""
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the count
        sheet.add(row)
    return count
