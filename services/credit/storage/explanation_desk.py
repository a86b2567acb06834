"""The hot path of a household's own grade: all that its explanation follows from, in one round trip, as text.

The texts are the database's own words for the rows, so that equal texts mean equal rows: what was worked out from them
may be kept under them, and is found again only while nothing of it has changed.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Select, Text, Uuid, bindparam, cast, column, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from services.credit.domain.loan_facts import ReportedLoan
from services.credit.storage.fact_repository import read_facts
from services.credit.storage.grade_repository import Grade, grades_where
from services.credit.storage.loan_fact_repository import loans_of_events
from services.credit.storage.tables import directory, fact_history, facts, loan_events, negative_notices
from shared.batching import Batcher
from shared.db import Database, HotStatement

_DATES = ("as_of", "effective_on", "valid_until")


class Sources(NamedTuple):
    """What the database says of one household, in JSON where it is text.

    `known`: it is in the directory. `said`: it has spoken to a negative fact, which stands in none of the texts.
    """

    known: bool
    said: bool
    grade: str | None
    facts: str | None
    loans: str | None


class ExplanationDesk:
    def __init__(self, database: Database) -> None:
        self._statement = HotStatement(database, _look_up())
        self._lookups: Batcher[UUID, Sources] = Batcher(self._find)

    async def find(self, household_id: UUID) -> Sources:
        """Concurrent calls share a round trip."""
        return await self._lookups.ask(household_id)

    async def _find(self, household_ids: list[UUID]) -> list[Sources]:
        return [Sources(*row) for row in await self._statement.rows(household_ids=household_ids)]


def grade_in(text: str) -> Grade:
    row: dict[str, Any] = orjson.loads(text)
    case_id = row["case_id"]
    days = {name: date.fromisoformat(row[name]) for name in _DATES}
    ids = {"household_id": UUID(row["household_id"]), "case_id": None if case_id is None else UUID(case_id)}
    return Grade(**row | days | ids)


def facts_in(text: str | None) -> dict[str, Any] | None:
    """The facts of the scoring as the engine reads them; None when they are kept no longer."""
    return None if text is None else read_facts(orjson.loads(text))


def loans_in(text: str | None) -> Sequence[ReportedLoan]:
    events = [] if text is None else orjson.loads(text)
    return loans_of_events({**event, "on_date": date.fromisoformat(event["on_date"])} for event in events)


def _look_up() -> Select[Any]:
    asked = (
        func.unnest(bindparam("household_ids", type_=ARRAY(Uuid)))
        .table_valued(column("household_id", Uuid), with_ordinality="n")
        .render_derived(name="asked")
    )
    its = asked.c.household_id
    grade = grades_where(lambda household: household == its, ended=True).lateral("grade")
    at_version = select(_row_text(facts.name)).where(
        facts.c.household_id == its, facts.c.version == grade.c.facts_version
    )
    before = select(cast(fact_history.c.facts, Text)).where(
        fact_history.c.household_id == its, fact_history.c.version == grade.c.facts_version
    )
    in_order = aggregate_order_by(func.row_to_json(literal_column(loan_events.name)), *loan_events.primary_key.columns)
    loans = select(cast(func.json_agg(in_order), Text)).where(loan_events.c.household_id == its, loan_events.c.applied)
    said = select(true()).where(negative_notices.c.household_id == its, negative_notices.c.statement.is_not(None))
    return (
        select(
            directory.c.household_id.is_not(None),
            said.exists(),
            _row_text("grade"),
            func.coalesce(at_version.scalar_subquery(), before.scalar_subquery()),
            loans.scalar_subquery(),
        )
        .select_from(asked.outerjoin(directory, directory.c.household_id == its).outerjoin(grade, true()))
        .order_by(asked.c.n)
    )


def _row_text(name: str) -> ColumnElement[str]:
    """The whole row that stands under this name in the statement, as JSON."""
    return cast(func.row_to_json(literal_column(name)), Text)
