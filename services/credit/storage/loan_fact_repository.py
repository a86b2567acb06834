"""What a household's loans change in its credit file: the banks' events as reported, and the veto that follows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from services.credit.domain.loan_balance import LoanEvent
from services.credit.domain.loan_facts import ReportedLoan, Veto
from services.credit.storage.tables import loan_events, vetoes
from shared.db import Connection
from shared.ids import new_id

BANK = "bank"
"""The source of facts and vetoes that follow from what banks reported."""
_OPEN_LOAN_VETO = (vetoes.c.code == "V2") & (vetoes.c.entered_by == BANK) & vetoes.c.cleared_on.is_(None)


async def lock_loan_facts(connection: Connection, household_ids: Collection[UUID]) -> None:
    """One at a time draws the conclusions for a household, also for one without a file, in the order of the ids."""
    await connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(name, 11)) FROM unnest(:names) AS name").bindparams(
            bindparam("names", sorted(map(str, household_ids)), ARRAY(Text))
        )
    )


async def reported_loans(
    connection: Connection, household_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[ReportedLoan]]:
    """By household, those with applied events only; the events in the order of their numbers."""
    rows = await connection.execute(
        select(loan_events)
        .where(loan_events.c.household_id.in_(list(household_ids)), loan_events.c.applied)
        .order_by(*loan_events.primary_key.columns)
    )
    return {
        household_id: loans_of_events(dict(row._mapping) for row in own)
        for household_id, own in groupby(rows, lambda row: row.household_id)
    }


def loans_of_events(events: Iterable[Mapping[str, Any]]) -> list[ReportedLoan]:
    """The loans that rows of one household's applied events tell of; the rows come in the order of their keys."""
    return [
        ReportedLoan(partner_id, number, tuple(map(_event, own)))
        for (partner_id, number), own in groupby(events, lambda row: (row["partner_id"], row["loan_number"]))
    ]


def _event(row: Mapping[str, Any]) -> LoanEvent:
    return LoanEvent(
        row["event_number"],
        row["kind"],
        row["on_date"],
        row["amount_cents"],
        row["balance_cents"],
        row["days_past_due"],
        row["product"],
    )


async def loan_vetoes(connection: Connection, household_ids: Collection[UUID]) -> set[UUID]:
    """The households under a V2 that follows from banks' reports; one that an official entered is left alone."""
    return set(
        await connection.scalars(
            select(vetoes.c.household_id).where(vetoes.c.household_id.in_(list(household_ids)), _OPEN_LOAN_VETO)
        )
    )


async def set_loan_veto(connection: Connection, household_id: UUID, veto: Veto | None, today: date) -> None:
    """Opens V2 as the banks' events have it, or clears it with None; the caller knows that it is otherwise."""
    if veto is None:
        own = (vetoes.c.household_id == household_id) & _OPEN_LOAN_VETO
        await connection.execute(update(vetoes).where(own).values(cleared_on=func.greatest(today, vetoes.c.opened_on)))
        return
    evidence = "银行按坏账处理以后还没有还清" if veto.written_off else "晚还超过90天"
    await connection.execute(
        insert(vetoes).values(
            household_id=household_id,
            veto_id=new_id(),
            code="V2",
            evidence=f"银行上报：借款 {veto.loan_number} {evidence}",
            source="银行上报的借款情况",
            opened_on=veto.since,
            entered_by=BANK,
        )
    )
