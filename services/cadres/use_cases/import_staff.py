"""An office's table of units or cadres is brought in row by row: a bad row is told of and stops no other.

The same table twice changes nothing. A row with the id of an export changes that one; a row without changes the one
of the same name (units: in the same place; cadres: in the same unit), or else is new.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.errors import CadreNotFound, UnitNotFound
from services.cadres.domain.policy import Policy
from services.cadres.domain.staff_table import (
    JOINT,
    KINDS,
    LEVELS,
    RANKS,
    ReadRow,
    RowRefusal,
    RowRefused,
    TableKind,
    own_id_of,
    unit_named,
)
from services.cadres.domain.unit import Unit, joint_kind_fits
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.staff_import import cadre_ids_by_name, forget_refusals, keep_refusals, units_by_name
from services.cadres.storage.unit_repository import get_unit
from services.cadres.use_cases.keep_cadre import enter_cadre, replace_cadre
from services.cadres.use_cases.keep_unit import enter_unit, replace_unit
from services.cadres.use_cases.read_staff_table import Lines, columns_of, texts_of
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.db import Connection, Database
from shared.errors import Failure, Unavailable
from shared.ids import new_id
from shared.jobs import Progress
from shared.sheets.cells import Cell

ROWS_AT_ONCE = 200
Take = Callable[[Connection, ReadRow], Awaitable[str]]


def _not_shown(_there: object) -> dict[str, Any]:
    """The report of a table tells a refusal's code and sentence, never what stands."""
    return {}


class _DryRun(Exception):  # noqa: N818 - says why a transaction goes back
    """Ends the transaction of a dry run without a trace."""


@dataclass(frozen=True, slots=True)
class StaffImport:
    """The parts of an import; `who` holds the scope of whoever handed the table in."""

    database: Database
    cadres: CadreRepository
    change_log: ChangeLog
    policies: Sequence[Policy]
    clock: Clock
    who: Principal
    scope: tuple[str, ...]

    async def run(self, job_id: UUID, kind: TableKind, lines: Lines, progress: Progress, *, dry_run: bool) -> None:
        """Commits two hundred rows at a time; run again after a crash it finds the first ones unchanged.

        Raises TableHeadingsMissing.
        """
        columns, rows = columns_of(kind, lines)
        progress.total = len(rows)
        progress.done = progress.accepted = progress.refused = 0
        counts: Counter[str] = Counter()
        async with self.database.transaction() as connection:
            await forget_refusals(connection, job_id)
        seen: set[object] = set()
        for start in range(0, len(rows), ROWS_AT_ONCE):
            chunk = rows[start : start + ROWS_AT_ONCE]
            refusals = await self._chunk(kind, columns, chunk, seen, counts, dry_run=dry_run)
            async with self.database.transaction() as connection:
                await keep_refusals(connection, job_id, refusals)
            progress.done += len(chunk)
            progress.refused += len(refusals)
            progress.accepted += len(chunk) - len(refusals)
            progress.result = {"dry_run": dry_run, **{name: counts[name] for name in ("new", "changed", "unchanged")}}

    async def _chunk(
        self,
        kind: TableKind,
        columns: Sequence[str | None],
        chunk: Lines,
        seen: set[object],
        counts: Counter[str],
        *,
        dry_run: bool,
    ) -> list[RowRefusal]:
        taken: Counter[str] = Counter()
        refusals: list[RowRefusal] = []
        try:
            async with self.database.transaction() as connection:
                take = await self._taker(connection, kind, columns, chunk, seen)
                for number, cells in chunk:
                    outcome = await _attempt(connection, columns, number, cells, take)
                    if isinstance(outcome, RowRefusal):
                        refusals.append(outcome)
                    else:
                        taken[outcome] += 1
                if dry_run:
                    raise _DryRun
        except _DryRun:
            pass
        counts.update(taken)
        return refusals

    async def _taker(
        self,
        connection: Connection,
        kind: TableKind,
        columns: Sequence[str | None],
        chunk: Lines,
        seen: set[object],
    ) -> Take:
        """Looks up at once what the rows of a chunk name."""
        texts = [texts_of(columns, cells) for _, cells in chunk]
        unit_names = {unit_named(text.get("单位名称") or "")[0] for text in texts} | {
            text.get("单位名称") or "" for text in texts
        }
        known = await units_by_name(connection, unit_names)
        if kind == "units":
            return UnitTaker(self, known, seen).take
        people = await cadre_ids_by_name(connection, {text.get("姓名") or "" for text in texts})
        return CadreTaker(self, known, people, seen).take


@dataclass(frozen=True, slots=True)
class UnitTaker:
    whole: StaffImport
    known: dict[str, list[Unit]]
    seen: set[object]

    async def take(self, connection: Connection, row: ReadRow) -> str:
        """`new`, `changed` or `unchanged`. Raises RowRefused and what `enter_unit` and `replace_unit` raise."""
        region = row.region(self.whole.scope)
        name = row.must("单位名称")
        given = Unit(
            unit_id=row.own_id or new_id(),
            name=name,
            level=row.one_of("级别", LEVELS),  # type: ignore[arg-type] # the words of the table are the domain's literals
            kind=row.one_of("类别", KINDS),  # type: ignore[arg-type] # likewise
            region_code=region,
            joint_kind=row.one_of("联建类型", JOINT, needed=False),  # type: ignore[arg-type] # likewise
        )
        if not joint_kind_fits(given):
            raise RowRefused("联建类型", "joint_kind_only_for_joint_branch")
        _once(self.seen, row.own_id or (name, region))
        there = await self._there(connection, row, name, region)
        if there is None:
            await enter_unit(connection, self.whole.who, given)
            return "new"
        same = replace(given, unit_id=there.unit_id, version=there.version, demonstration=there.demonstration)
        if same == there:
            return "unchanged"
        await replace_unit(connection, self.whole.who, same, there.version, _not_shown)
        return "changed"

    async def _there(self, connection: Connection, row: ReadRow, name: str, region: str) -> Unit | None:
        if row.own_id is None:
            return next((one for one in self.known.get(name, ()) if one.region_code == region), None)
        try:
            return await get_unit(connection, row.own_id)
        except UnitNotFound:
            raise RowRefused("编号", "id_unknown") from None


@dataclass(frozen=True, slots=True)
class CadreTaker:
    whole: StaffImport
    units: dict[str, list[Unit]]
    people: dict[tuple[UUID, str], list[UUID]]
    seen: set[object]

    async def take(self, connection: Connection, row: ReadRow) -> str:
        """`new`, `changed` or `unchanged`. Raises RowRefused and what `enter_cadre` and `replace_cadre` raise."""
        today = self.whole.clock.today()
        unit_id = self._unit(row).unit_id
        name = row.must("姓名")
        phone = row.phone()
        row.must("任职日期")
        given = Cadre(
            cadre_id=row.own_id or new_id(),
            unit_id=unit_id,
            name=name,
            rank=row.one_of("职级", RANKS),  # type: ignore[arg-type] # the words of the table are the domain's literals
            region_code=row.region(self.whole.scope),
            valid_from=row.day("任职日期") or today,
            valid_to=row.day("离任日期"),
            phone=phone,
        )
        there = await self._there(connection, row, unit_id, name)
        _once(self.seen, there.cadre_id if there else (unit_id, name))
        if there is None:
            await enter_cadre(connection, self.whole.cadres, self.whole.who, given, today)
            return "new"
        return await self._replace(connection, there, given, today)

    async def _replace(self, connection: Connection, there: Cadre, given: Cadre, today: date) -> str:
        same = replace(
            given,
            cadre_id=there.cadre_id,
            phone=given.phone or there.phone,
            subject=there.subject,
            demonstration=there.demonstration,
            version=there.version,
        )
        if same == there:
            return "unchanged"
        await replace_cadre(
            connection,
            self.whole.cadres,
            self.whole.change_log,
            self.whole.policies,
            self.whole.who,
            same,
            there.version,
            keep_phone=False,
            today=today,
            show=_not_shown,
        )
        return "changed"

    def _unit(self, row: ReadRow) -> Unit:
        """A name, or a name with its place's code in brackets where several have it."""
        name, code = unit_named(row.must("单位名称"))
        found = [one for one in self.units.get(name, ()) if code in {None, one.region_code}]
        if not found:
            raise RowRefused("单位名称", "unit_unknown")
        if len(found) > 1:
            raise RowRefused("单位名称", "unit_ambiguous")
        return found[0]

    async def _there(self, connection: Connection, row: ReadRow, unit_id: UUID, name: str) -> Cadre | None:
        ids = [row.own_id] if row.own_id else self.people.get((unit_id, name), [])
        if len(ids) > 1:
            raise RowRefused("姓名", "cadre_ambiguous")
        if not ids:
            return None
        try:
            return await self.whole.cadres.get(connection, ids[0])
        except CadreNotFound:
            raise RowRefused("编号", "id_unknown") from None


async def _attempt(
    connection: Connection, columns: Sequence[str | None], number: int, cells: Sequence[Cell], take: Take
) -> str | RowRefusal:
    """One row within a savepoint of its own. A database that is away is nobody's bad row."""
    texts = texts_of(columns, cells)
    try:
        async with connection.begin_nested():
            return await take(connection, ReadRow(number, own_id_of(texts.get("编号")), texts))
    except RowRefused as refused:
        return RowRefusal(number, refused.column, refused.code, refused.sentence)
    except Unavailable:
        raise
    except Failure as failure:
        return RowRefusal(number, "", failure.code, failure.sentence)


def _once(seen: set[object], key: object) -> None:
    if key in seen:
        raise RowRefused("", "row_twice")
    seen.add(key)
