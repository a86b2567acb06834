"""Cases of the course: loaded with all that bears upon them, a village at a time, and written in one statement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, insert, not_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from services.credit.domain.course_errors import CaseExists, CaseNotFound
from services.credit.domain.grade_case import Bearing, CaseScore, Decision, GradeCase, Lowering, Posted, Revocation
from services.credit.domain.grade_state import IN_EFFECT, State
from services.credit.storage.consent_repository import live_consent
from services.credit.storage.fact_repository import enterers, vetoes_in_force
from services.credit.storage.tables import consents, course, directory, facts
from shared.db import Connection
from shared.regions import prefix_range

cases, objections, recommendations = course.cases, course.objections, course.recommendations


async def add_case(connection: Connection, case: GradeCase, opened_by: str) -> None:
    """Raises CaseExists when the household is already on its way, or the id is taken."""
    try:
        await connection.execute(insert(cases).values(**_row(case), opened_by=opened_by))
    except IntegrityError:
        raise CaseExists from None


async def add_cases_once(connection: Connection, new: Sequence[GradeCase], opened_by: str) -> set[UUID]:
    """The ids of those that were not there: of two who add the same case at once, one does."""
    rows = [{**_row(case), "opened_by": opened_by} for case in new]
    added = await connection.execute(upsert(cases).values(rows).on_conflict_do_nothing().returning(cases.c.case_id))
    return set(added.scalars())


async def get_case(connection: Connection, case_id: UUID, *, lock: bool = False) -> GradeCase:
    """Raises CaseNotFound."""
    found = await find_cases(connection, cases.c.case_id == case_id, lock=lock)
    if not found:
        raise CaseNotFound
    return found[0]


async def cases_of_village(
    connection: Connection, village: str, *, states: Collection[State] = (), case_ids: Collection[UUID] = ()
) -> list[GradeCase]:
    """The cases of those who live in a village now that are in one of the states, or are named; held for a change, by
    case id. Whichever village gave the grade."""
    narrowed = cases.c.case_id.in_(list(case_ids)) if case_ids else cases.c.state.in_(list(states))
    return await find_cases(connection, and_(_lives_in(village), narrowed), lock=True)


async def states_in_village(connection: Connection, village: str) -> set[State]:
    """Where the cases of those who live in a village now stand."""
    found = await connection.scalars(select(cases.c.state).where(_lives_in(village)).distinct())
    return {State(state) for state in found}


async def cases_of_households(connection: Connection, household_ids: Collection[UUID]) -> list[GradeCase]:
    """All of them, oldest first, held for a change."""
    return await find_cases(connection, cases.c.household_id.in_(list(household_ids)), lock=True)


async def cases_past_last_day(connection: Connection, region: str, today: date, limit: int) -> list[GradeCase]:
    """Cases in effect or suspended whose last day is over, held for a change."""
    low, high = prefix_range(region)
    running = [state.value for state in (*IN_EFFECT, State.SUSPENDED)]
    statement = (
        select(cases)
        .where(cases.c.valid_until < today, cases.c.state.in_(running))
        .where(cases.c.village_code >= low, cases.c.village_code < high)
        .order_by(cases.c.case_id)
        .limit(limit)
        .with_for_update()
    )
    return [_case(dict(row._mapping)) for row in await connection.execute(statement)]


async def find_cases(connection: Connection, condition: ColumnElement[bool], *, lock: bool) -> list[GradeCase]:
    statement = select(cases).where(condition).order_by(cases.c.case_id)
    rows = await connection.execute(statement.with_for_update() if lock else statement)
    return [_case(dict(row._mapping)) for row in rows]


async def save_cases(connection: Connection, changed: Sequence[GradeCase]) -> None:
    """Writes cases that are held. All columns but who opened them."""
    if not changed:
        return
    rows = [{**_row(case), "opened_by": ""} for case in changed]
    statement = upsert(cases).values(rows)
    kept = ("household_id", "case_id", "opened_by", "opened_at")
    replaced = {column.name: statement.excluded[column.name] for column in cases.c if column.name not in kept}
    await connection.execute(statement.on_conflict_do_update(index_elements=["household_id", "case_id"], set_=replaced))


async def bearings(
    connection: Connection, of: Sequence[GradeCase], card_from: date | None, today: date
) -> Mapping[UUID, Bearing]:
    """What bears upon each case today, by case id."""
    statement = select(cases.c.case_id, *_bearing_columns(today)).where(
        cases.c.household_id.in_([case.household_id for case in of]), cases.c.case_id.in_([case.case_id for case in of])
    )
    return {
        row.case_id: Bearing(
            ordinary_consent=row.ordinary,
            written_consent=row.written,
            has_file=row.has_file,
            card_from=card_from,
            vetoes=tuple(row.standing),
            open_objection=row.objected,
            error_found=row.error,
            recommended=row.recommended,
            entered_by=frozenset(row.enterers),
        )
        for row in await connection.execute(statement)
    }


def _bearing_columns(today: date) -> list[ColumnElement[Any]]:
    """Each is asked of the case's row and of its household."""
    of_household = cases.c.household_id
    error = exists().where(
        objections.c.household_id == of_household,
        objections.c.case_id == cases.c.case_id,
        objections.c.outcome == "corrected",
        not_(objections.c.settled),
    )
    recommended = (
        select(recommendations.c.band)
        .where(recommendations.c.household_id == of_household, recommendations.c.case_id == cases.c.case_id)
        .where(not_(recommendations.c.set_aside))
        .order_by(recommendations.c.recommendation_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return [
        exists().where(live_consent(of_household, today), consents.c.written).label("written"),
        exists().where(live_consent(of_household, today)).label("ordinary"),
        exists().where(facts.c.household_id == of_household).label("has_file"),
        vetoes_in_force(of_household, today, cases).label("standing"),
        exists().where(objections.c.household_id == of_household, objections.c.outcome.is_(None)).label("objected"),
        error.label("error"),
        recommended.label("recommended"),
        enterers(of_household, cases).label("enterers"),
    ]


async def settle_what_was(connection: Connection, of: Sequence[GradeCase]) -> None:
    """These cases are collected: errors that objections found are dealt with, what banks recommended before is past."""
    for table, dealt_with in ((objections, {"settled": True}), (recommendations, {"set_aside": True})):
        await connection.execute(
            update(table)
            .where(
                table.c.household_id.in_([case.household_id for case in of]),
                table.c.case_id.in_([case.case_id for case in of]),
            )
            .values(dealt_with)
        )


async def names_of(connection: Connection, of: Sequence[GradeCase]) -> Mapping[UUID, str]:
    """The masked name of the head of each household."""
    rows = await connection.execute(
        select(directory.c.household_id, directory.c.head).where(
            directory.c.household_id.in_([case.household_id for case in of])
        )
    )
    return {row.household_id: row.head for row in rows}


def _lives_in(village: str) -> ColumnElement[bool]:
    return cases.c.household_id.in_(select(directory.c.household_id).where(directory.c.village_code == village))


def _row(case: GradeCase) -> dict[str, Any]:
    return {
        "household_id": case.household_id,
        "case_id": case.case_id,
        "village_code": case.village_code,
        "state": case.state,
        "version": case.version,
        "score": case.score and _score_out(case.score),
        "notice_1": case.notice_1 and case.notice_1.notice_id,
        "notice_1_on": case.notice_1 and case.notice_1.on,
        "notice_2": case.notice_2 and case.notice_2.notice_id,
        "notice_2_on": case.notice_2 and case.notice_2.on,
        "decision": case.decision and {**asdict(case.decision), "ends_on": _iso(case.decision.ends_on)},
        "effective_on": case.effective_on,
        "valid_until": case.valid_until,
        "reviewed_on": case.reviewed_on,
        "suspended_from": case.suspended_from,
        "lowering": case.lowering
        and {
            "score": _score_out(case.lowering.score),
            "noticed_on": _iso(case.lowering.noticed_on),
            "reason": case.lowering.reason,
            "told_by": case.lowering.told_by,
        },
        "revocation": case.revocation and {**asdict(case.revocation), "noticed_on": _iso(case.revocation.noticed_on)},
        "people": dict(case.people),
        "collector_name": case.collector_name,
        "basis": case.basis,
    }


def _case(row: Mapping[str, Any]) -> GradeCase:
    decision, lowering = row["decision"], row["lowering"]
    return GradeCase(
        household_id=row["household_id"],
        case_id=row["case_id"],
        village_code=row["village_code"],
        state=State(row["state"]),
        version=row["version"],
        score=row["score"] and _score_in(row["score"]),
        notice_1=Posted(row["notice_1"], row["notice_1_on"]) if row["notice_1"] else None,
        notice_2=Posted(row["notice_2"], row["notice_2_on"]) if row["notice_2"] else None,
        decision=decision and Decision(**{**decision, "ends_on": _date(decision["ends_on"])}),
        effective_on=row["effective_on"],
        valid_until=row["valid_until"],
        reviewed_on=row["reviewed_on"],
        suspended_from=row["suspended_from"] and State(row["suspended_from"]),
        lowering=lowering
        and Lowering(
            _score_in(lowering["score"]),
            date.fromisoformat(lowering["noticed_on"]),
            lowering["reason"],
            lowering.get("told_by"),
        ),
        revocation=row["revocation"]
        and Revocation(**{**row["revocation"], "noticed_on": date.fromisoformat(row["revocation"]["noticed_on"])}),
        people={State(state): person for state, person in row["people"].items()},
        collector_name=row["collector_name"],
        basis=row["basis"],
    )


def _score_out(score: CaseScore) -> dict[str, Any]:
    return {**asdict(score), "as_of": _iso(score.as_of)}


def _score_in(kept: Mapping[str, Any]) -> CaseScore:
    lists = {name: tuple(kept[name]) for name in ("bins", "points", "vetoes")}
    return CaseScore(**{**kept, **lists, "as_of": date.fromisoformat(kept["as_of"])})


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(day: str | None) -> date | None:
    return None if day is None else date.fromisoformat(day)
