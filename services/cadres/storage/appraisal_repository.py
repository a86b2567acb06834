"""Appraisals: rows in, domain objects out; a person's whole file; the places of the outstanding that are taken."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select

from services.cadres.domain.appraisal import Appraisal, Deduction, Figure
from services.cadres.domain.appraisal_errors import AppraisalNotFound
from services.cadres.domain.appraisal_scheme import COUNTY_DIGITS
from services.cadres.domain.decision import IN_FORCE, Decision
from services.cadres.domain.personal_file import PersonalFile
from services.cadres.storage.decision_repository import decision_of, decisions, decisions_about
from services.cadres.storage.queries import after_key, under
from services.cadres.storage.scheme_file import entry_of, scheme_of
from services.cadres.storage.tables import appraising, cadres
from shared.db import Connection

appraisals, deductions = appraising.appraisals, appraising.deductions
_OWN = ("cadre_id", "case_id", "year", "pool", "outstanding")
_OF_DEDUCTION = ("deduction_id", "code", "evidence", "ground")


async def personal_files(connection: Connection, cadre_ids: Iterable[UUID]) -> dict[UUID, PersonalFile]:
    """Of each of these people, empty for somebody about whom nothing was ever decided."""
    wanted = set(cadre_ids)
    about: dict[UUID, list[Decision]] = {one: [] for one in wanted}
    for decision in await decisions_about(connection, wanted):
        about[decision.cadre_id].append(decision)
    of_person: dict[UUID, dict[UUID, Appraisal]] = defaultdict(dict)
    if any(one.kind == "appraisal" for found in about.values() for one in found):
        for appraisal in await _appraisals(connection, appraisals.c.cadre_id.in_(wanted)):
            of_person[appraisal.cadre_id][appraisal.case_id] = appraisal
    return {person: PersonalFile(tuple(found), of_person[person]) for person, found in about.items()}


async def personal_file(connection: Connection, cadre_id: UUID) -> PersonalFile:
    return (await personal_files(connection, [cadre_id]))[cadre_id]


async def cadre_of_appraisal(connection: Connection, case_id: UUID) -> UUID:
    """Raises AppraisalNotFound."""
    statement = select(decisions.c.cadre_id).where(decisions.c.case_id == case_id, decisions.c.kind == "appraisal")
    found: UUID | None = (await connection.execute(statement)).scalar_one_or_none()
    if found is None:
        raise AppraisalNotFound
    return found


async def appraised_of_region(
    connection: Connection, region: str, year: int, after: tuple[str, UUID] | None, limit: int
) -> list[Decision]:
    """The decisions of a year's appraisals, by place and id: never by what they come to."""
    statement = select(decisions).where(
        under(decisions.c.region_code, region), decisions.c.kind == "appraisal", decisions.c.year == year
    )
    if after is not None:
        statement = statement.where(after_key(decisions.c.region_code, decisions.c.case_id, after))
    rows = await connection.execute(statement.order_by(decisions.c.region_code, decisions.c.case_id).limit(limit))
    return [decision_of(row) for row in rows]


async def add_appraisal(connection: Connection, appraisal: Appraisal) -> None:
    """Beside its decision, which is there already."""
    row = {name: getattr(appraisal, name) for name in _OWN} | {"scheme": entry_of(appraisal.scheme)}
    for part in ("province", "evaluation"):
        figure: Figure = getattr(appraisal, part)
        row |= {f"{part}_points": figure.points, f"{part}_reference": figure.reference}
    await connection.execute(insert(appraisals).values(**row))
    of = {"cadre_id": appraisal.cadre_id, "case_id": appraisal.case_id}
    lines = [of | {name: getattr(one, name) for name in _OF_DEDUCTION} for one in appraisal.deductions]
    if lines:
        await connection.execute(insert(deductions).values(lines))


async def outstanding_taken(connection: Connection, pool: str, year: int) -> int:
    """How many places are taken by decisions that stand."""
    joined = appraisals.join(
        decisions,
        and_(decisions.c.cadre_id == appraisals.c.cadre_id, decisions.c.case_id == appraisals.c.case_id),
    )
    statement = (
        select(func.count())
        .select_from(joined)
        .where(
            appraisals.c.outstanding,
            appraisals.c.pool == pool,
            appraisals.c.year == year,
            decisions.c.state.in_(IN_FORCE),
        )
    )
    return int((await connection.execute(statement)).scalar_one())


async def people_of_pool(connection: Connection, pool: str, day: date) -> int:
    """Cadres of a county, or those of an office above the counties itself, in office on this day."""
    place = under(cadres.c.region_code, pool) if len(pool) == COUNTY_DIGITS else cadres.c.region_code == pool
    in_office = and_(cadres.c.valid_from <= day, or_(cadres.c.valid_to.is_(None), cadres.c.valid_to > day))
    return int((await connection.execute(select(func.count()).where(place, in_office))).scalar_one())


async def _appraisals(connection: Connection, which: ColumnElement[bool]) -> list[Appraisal]:
    rows = (await connection.execute(select(appraisals).where(which))).all()
    taken: dict[UUID, list[Deduction]] = defaultdict(list)
    cases = [row.case_id for row in rows]
    lines = select(deductions).where(
        deductions.c.cadre_id.in_([row.cadre_id for row in rows]), deductions.c.case_id.in_(cases)
    )
    for line in await connection.execute(lines.order_by(deductions.c.deduction_id)):
        taken[line.case_id].append(Deduction(**{name: line._mapping[name] for name in _OF_DEDUCTION}))
    return [_appraisal(row, taken[row.case_id]) for row in rows]


def _appraisal(row: Row[Any], lines: Sequence[Deduction]) -> Appraisal:
    return Appraisal(
        **{name: row._mapping[name] for name in _OWN},
        scheme=scheme_of(row.scheme),
        province=Figure(row.province_points, row.province_reference),
        evaluation=Figure(row.evaluation_points, row.evaluation_reference),
        deductions=tuple(lines),
    )
