"""A register is brought in: good households into the record, a line of the report for each row that is not taken.

Households come in chunks, a short transaction each, so that a killed import has lost nothing: run again, it finds what
stands already and goes on. While the database writes one chunk, the next is read, compared and encrypted.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from itertools import islice

from services.households.domain.place_name import Level, Place, PlaceIndex
from services.households.domain.register_household import RefusedHousehold, RegisterHousehold
from services.households.domain.register_plan import refused_for_person
from services.households.domain.register_reading import Outcome, RegisterReading, Rows
from services.households.domain.register_row import PersonRow
from services.households.domain.register_tally import RegisterTally
from services.households.storage.import_store import ImportStore
from services.households.storage.place_changes_repository import MOST_HOPS, former_names
from services.households.storage.region_repository import Region, all_regions
from services.households.storage.register_report import RegisterReport
from services.households.use_cases.bring_in_households import BringIn, BroughtIn, Importer
from shared.clock import Clock
from shared.crypto import FieldCipher
from shared.db import Database
from shared.jobs import Progress
from shared.sheets.reading import SheetFile

CHUNK = 500
WORKERS = 3
MOST_HELD = 10_000

Blocked = tuple[RegisterHousehold, PersonRow]


class RegisterImport:
    """Imports one file after another for one importer. `database` is that of the jobs role."""

    def __init__(
        self, database: Database, store: ImportStore, cipher: FieldCipher, importer: Importer, clock: Clock
    ) -> None:
        self._database = database
        self._bring_in = BringIn(database, store, cipher, importer, clock)
        self._scope = importer.scope
        self._dry_run = importer.dry_run
        self._clock = clock

    async def run(self, file: SheetFile, report: RegisterReport, progress: Progress, file_name: str = "") -> None:
        """Counts into `progress`: rows done, households accepted (new, changed or standing so already) and refused.

        Raises what is wrong with the register as a whole (`errors`), HouseholdsContended, the database's failures.
        """
        counted = _CountedRows(file)
        places = await self._places()
        reading = RegisterReading(counted.rows, places, self._clock.today(), self._scope, file.merged_rows)
        outcomes = await asyncio.to_thread(iter, reading)
        progress.total = counted.last - reading.columns.header_row
        desk = _Desk(self._bring_in, report, progress)
        chunks = _Chunks(outcomes, counted)

        async def work() -> None:
            while (chunk := await chunks.next())[0]:
                await desk.take(chunk[0])
                progress.done = max(progress.done, chunk[1] - reading.columns.header_row)

        await _side_by_side(work)
        await desk.take_held()
        progress.done = progress.total
        if self._dry_run:
            # Nobody is in the record yet whom the new ones could be compared with.
            progress.result.pop("likely_duplicates", None)
            progress.result["dry_run"] = True
        report.summarise(
            desk.tally,
            file_name=file_name,
            dry_run=self._dry_run,
            skipped_rows=reading.skipped_rows,
            unknown_columns=reading.columns.unknown,
            other_sheets=file.other_sheets,
        )

    async def _places(self) -> PlaceIndex:
        async with self._database.transaction() as connection:
            regions = await all_regions(connection)
            once = await former_names(connection)
        return PlaceIndex(places_of(regions, once))


def places_of(regions: Sequence[Region], once: Mapping[str, Sequence[str]]) -> Iterator[Place]:
    """The places by all names that they have and had; a merged village's names mean its last successor."""
    successor = {region.code: region.successor for region in regions}
    for region in regions:
        code = region.code
        for _ in range(MOST_HOPS):
            code = successor.get(code) or code
        yield Place(
            code,
            region.name,
            Level(region.level),
            region.kind,
            region.parent or "",
            aliases=tuple(once.get(region.code, ())),
        )


class _Desk:
    """Brings chunks in and writes down what became of them."""

    def __init__(self, bring_in: BringIn, report: RegisterReport, progress: Progress) -> None:
        self.tally = RegisterTally()
        self._bring_in = bring_in
        self._report = report
        self._progress = progress
        self._held: list[Blocked] = []
        self._new = 0
        self._likely_duplicates = 0

    async def take(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            if isinstance(outcome, RefusedHousehold):
                self._refuse(outcome)
        blocked = await self._write([outcome for outcome in outcomes if isinstance(outcome, RegisterHousehold)])
        room = MOST_HELD - len(self._held)
        self._held += blocked[:room]
        self._refuse_blocked(blocked[room:])
        self._count()

    async def take_held(self) -> None:
        """Those with a person registered elsewhere: a later chunk may have taken the person out of there."""
        while self._held:
            held, self._held = self._held, []
            for start in range(0, len(held), CHUNK):
                self._held += await self._write([household for household, _ in held[start : start + CHUNK]])
            if len(self._held) == len(held):
                self._refuse_blocked(self._held)
                break
        self._held = []
        self._count()

    async def _write(self, households: list[RegisterHousehold]) -> list[Blocked]:
        if not households:
            return []
        done: BroughtIn = await self._bring_in.households(households)
        self._new += len(done.new)
        self._likely_duplicates += done.likely_duplicates
        for household in (*done.new, *done.changed):
            self._report.warn(household)
            self.tally.take(household)
        for household in done.unchanged:
            self._report.warn(household)
            self.tally.take(household, changed=False)
        for refused in done.refused:
            self._refuse(refused)
        return list(done.blocked)

    def _refuse_blocked(self, blocked: list[Blocked]) -> None:
        for household, person in blocked:
            self._refuse(refused_for_person(household, person))

    def _refuse(self, refused: RefusedHousehold) -> None:
        self._report.refuse(refused)
        self.tally.refuse(refused)
        self._progress.refused += 1

    def _count(self) -> None:
        tally = self.tally
        self._progress.accepted = tally.households_taken + tally.households_unchanged
        self._progress.result = {
            "new": self._new,
            "changed": tally.households_taken - self._new,
            "unchanged": tally.households_unchanged,
            "refused_households": tally.households_refused,
            "refused_rows": tally.rows_refused,
            "likely_duplicates": self._likely_duplicates,
            "people": tally.people_taken + tally.people_unchanged,
        }


class _CountedRows:
    """Knows how far the file has been read, and after one whole reading its last row."""

    def __init__(self, file: SheetFile) -> None:
        self._file = file
        self.row = 0
        self.last = 0

    def rows(self) -> Rows:
        for row, cells in self._file.rows():
            self.row = row
            yield row, cells
        self.last = max(self.last, self.row)


class _Chunks:
    """Hands out the outcomes in chunks, each with the row that the reading has come to."""

    def __init__(self, outcomes: Iterator[Outcome], counted: _CountedRows) -> None:
        self._outcomes = outcomes
        self._counted = counted
        self._turn = asyncio.Lock()

    async def next(self) -> tuple[list[Outcome], int]:
        """The next chunk, read in a thread; an empty one at the end."""
        async with self._turn:
            return await asyncio.to_thread(self._read)

    def _read(self) -> tuple[list[Outcome], int]:
        return list(islice(self._outcomes, CHUNK)), self._counted.row


async def _side_by_side(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Some workers at once; the first that fails ends them all."""
    workers = [asyncio.create_task(work()) for _ in range(WORKERS)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.wait(workers)
