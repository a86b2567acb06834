"""Negative facts of households, what they were told of them and what they say to them; and their deletion."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Date, cast, delete, func, or_, select, tuple_, union, update
from sqlalchemy.dialects.postgresql import insert

from services.credit.domain.grade_state import ENDED
from services.credit.domain.negative_facts import LATENESS, NegativeFact, VetoRecord, of_file, of_loans, of_vetoes
from services.credit.storage.fact_repository import read_facts
from services.credit.storage.loan_fact_repository import reported_loans
from services.credit.storage.shipped_policies import retention_policy
from services.credit.storage.tables import (
    course,
    directory,
    fact_history,
    facts,
    loan_events,
    loans,
    negative_notices,
    runs,
    scores,
    vetoes,
)
from shared.clock import SHANGHAI, day_of
from shared.db import Connection
from shared.regions import prefix_range

notices = negative_notices


@dataclass(frozen=True, slots=True)
class Notice:
    """What the person was told of one fact, and what it says to it."""

    told_on: date | None = None
    how: str | None = None
    statement: str | None = None
    statement_on: date | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    fact: NegativeFact
    notice: Notice


async def negative_facts_of(
    connection: Connection, household_ids: Collection[UUID], today: date
) -> dict[UUID, list[Noted]]:
    """By household, oldest first; who has none is left out."""
    found: dict[UUID, list[NegativeFact]] = {}
    wanted, months_kept = list(household_ids), retention_policy(today).negative_fact_months
    for row in await connection.execute(select(vetoes).where(vetoes.c.household_id.in_(wanted))):
        record = VetoRecord(row.veto_id, row.code, row.opened_on, row.expires_on, row.cleared_on)
        found.setdefault(row.household_id, []).extend(of_vetoes([record], today, months_kept))
    reported = await reported_loans(connection, wanted)
    for household_id, its in reported.items():
        found.setdefault(household_id, []).extend(of_loans(its, today, months_kept))
    for row in await connection.execute(select(facts).where(facts.c.household_id.in_(wanted))):
        if row.household_id not in reported:
            entered_on = day_of(row.lateness_since or row.entered_at)
            entered = of_file(read_facts(dict(row._mapping)), row.source, entered_on, months_kept)
            found.setdefault(row.household_id, []).extend(entered)
    told = await _notices_of(connection, wanted)
    return {
        household_id: [
            Noted(fact, told.get((household_id, fact.key), Notice()))
            for fact in sorted(its, key=lambda one: (one.began_on, one.key))
        ]
        for household_id, its in found.items()
        if its
    }


async def keep_told(
    connection: Connection, household_id: UUID, keys: Collection[str], on: date, by: str, how: str
) -> None:
    """The first telling counts; a later one changes nothing."""
    if not keys:
        return
    telling = {"household_id": household_id, "told_on": on, "told_by": by, "how": how}
    rows = [{**telling, "fact_key": key} for key in sorted(keys)]
    statement = insert(notices).values(rows)
    replaced = {name: statement.excluded[name] for name in ("told_on", "told_by", "how")}
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["household_id", "fact_key"], set_=replaced, where=notices.c.told_on.is_(None)
        )
    )


async def keep_statement(
    connection: Connection, household_id: UUID, key: str, text: str, by: str, witness: str | None, on: date
) -> None:
    """Instead of what was said before."""
    row = {"statement": text, "statement_by": by, "statement_witness": witness, "statement_on": on}
    statement = insert(notices).values(household_id=household_id, fact_key=key, **row)
    await connection.execute(statement.on_conflict_do_update(index_elements=["household_id", "fact_key"], set_=row))


async def households_with_ended_facts(
    connection: Connection, region: str, ended_by: date, today: date, after: UUID | None, limit: int
) -> list[UUID]:
    """Those with anything that may have ended by that day, by id; the domain says what has to go."""
    ended_vetoes = select(vetoes.c.household_id).where(
        or_(vetoes.c.cleared_on <= ended_by, vetoes.c.expires_on < today)
    )
    late = or_(loan_events.c.days_past_due > 0, loan_events.c.kind == "written_off")
    late_loans = select(loan_events.c.household_id).where(late, loan_events.c.on_date <= ended_by)
    entered = select(facts.c.household_id).where(
        facts.c.worst_days_past_due > 0, func.coalesce(facts.c.lateness_since, facts.c.entered_at) < _end_of(ended_by)
    )
    some = union(ended_vetoes, late_loans, entered).subquery("some")
    low, high = prefix_range(region)
    statement = (
        select(some.c.household_id)
        .join(directory, directory.c.household_id == some.c.household_id)
        .where(directory.c.village_code >= low, directory.c.village_code < high)
        .order_by(some.c.household_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(some.c.household_id > after)
    return list(await connection.scalars(statement))


async def delete_facts(
    connection: Connection, household_id: UUID, gone: Sequence[NegativeFact], seen_until: date
) -> None:
    """The records themselves, what earlier versions of the file and scores of ended grades say of them, the notices.

    `seen_until`: the last day on which a version of the file may have shown one of them.
    """
    for fact in gone:
        if fact.kind == "veto":
            veto_id = UUID(fact.key.removeprefix("veto/"))
            await connection.execute(
                delete(vetoes).where(vetoes.c.household_id == household_id, vetoes.c.veto_id == veto_id)
            )
        elif fact.loan is not None:
            await _clean_loan(connection, household_id, fact.loan, fact.events)
    shown = cast(fact_history.c.facts[LATENESS].astext, BigInteger) > 0
    await connection.execute(
        delete(fact_history).where(
            fact_history.c.household_id == household_id, shown, fact_history.c.entered_at < _end_of(seen_until)
        )
    )
    await _clean_ended_grades(connection, household_id, seen_until)
    old_runs = select(runs.c.run_id).where(or_(runs.c.valid_until <= seen_until, runs.c.as_of <= seen_until))
    await connection.execute(delete(scores).where(scores.c.household_id == household_id, scores.c.run_id.in_(old_runs)))
    await connection.execute(
        delete(notices).where(
            notices.c.household_id == household_id, notices.c.fact_key.in_([fact.key for fact in gone])
        )
    )


async def _clean_ended_grades(connection: Connection, household_id: UUID, seen_until: date) -> None:
    """Grades that are over and were scored while it was shown; of their cases the chained steps stay, not the score."""
    grades, cases = course.grades, course.cases
    ended = [state.value for state in ENDED]
    await connection.execute(
        delete(grades).where(
            grades.c.household_id == household_id, grades.c.state.in_(ended), grades.c.as_of <= seen_until
        )
    )
    scored_on = cast(cases.c.score["as_of"].astext, Date)
    await connection.execute(
        update(cases)
        .where(cases.c.household_id == household_id, cases.c.state.in_(ended), scored_on <= seen_until)
        .values(score=None, lowering=None)
    )


async def _clean_loan(
    connection: Connection, household_id: UUID, loan: tuple[str, str], numbers: Sequence[int]
) -> None:
    """Reports of nothing but lateness go; what was repaid meanwhile stays, without the days."""
    of_loan = (loan_events.c.household_id, loan_events.c.partner_id, loan_events.c.loan_number)
    its = tuple_(*of_loan) == tuple_(household_id, *loan)
    these = loan_events.c.event_number.in_(list(numbers))
    only_late = loan_events.c.kind.in_(("overdue", "written_off"))
    await connection.execute(delete(loan_events).where(its, these, only_late))
    await connection.execute(update(loan_events).where(its, these).values(days_past_due=0))
    await connection.execute(
        update(loans)
        .where(tuple_(loans.c.household_id, loans.c.partner_id, loans.c.loan_number) == tuple_(household_id, *loan))
        .where(loans.c.balance_cents == 0)
        .values(written_off_on=None, non_performing_since=None)
    )


async def _notices_of(connection: Connection, household_ids: Sequence[UUID]) -> Mapping[tuple[UUID, str], Notice]:
    rows: Any = await connection.execute(select(notices).where(notices.c.household_id.in_(list(household_ids))))
    return {
        (row.household_id, row.fact_key): Notice(row.told_on, row.how, row.statement, row.statement_on) for row in rows
    }


def _end_of(day: date) -> datetime:
    """The instant at which the day ends in China; the database counts its days elsewhere."""
    return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI)
