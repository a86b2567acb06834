"""A bank hands in a list of loan events: a line of answer for each, the good ones taken when others are not.

A bank reports of households that agreed to it, or that borrow from it already. Every other one is unknown to it,
whether registered or not; a known one sees that the bank named it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.credit.domain.loan_balance import LoanEvent, check_event
from services.credit.domain.loan_reports import REFUSED, Standing, take_report
from services.credit.domain.record_errors import (
    BorrowerUnknown,
    LoanEventDiffers,
    LoanEventRefused,
    LoanOfAnotherHousehold,
)
from services.credit.storage.directory_repository import villages_of_households
from services.credit.storage.loan_repository import (
    LoanKey,
    borrowers_of,
    holders_of,
    lock_loans,
    save_standings,
    standings_of,
)
from services.credit.storage.query_log import add_looks_of_bank
from services.credit.use_cases.apply_loan_facts import apply_loan_facts
from services.credit.use_cases.follow_events import suspend_under_veto
from shared.clock import Clock
from shared.db import Connection
from shared.errors import Failure


@dataclass(frozen=True, slots=True)
class BorrowerEvent:
    """`household_id` is None when nobody is known by the number that the bank gave."""

    household_id: UUID | None
    loan_number: str
    event: LoanEvent


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """`status`: applied, waiting, repeated or refused (then with code and sentence).

    `next_event` is the number of the loan that is to come next, None when the borrower is unknown.
    """

    loan_number: str
    event_number: int
    status: str
    next_event: int | None = None
    code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Reporter:
    """The bank, by its id and by the name that households read."""

    partner_id: str
    name: str


@dataclass(frozen=True, slots=True)
class _Known:
    """Where the loans stand, by key, and the households under which a loan number of the bank is kept."""

    standings: dict[LoanKey, Standing]
    holders: dict[str, set[UUID]]


async def report_loan_events(
    connection: Connection, bank: Reporter, events: Sequence[BorrowerEvent], clock: Clock
) -> list[EventAnswer]:
    """In the order given. A refused event has written nothing; one that applies counts in the file at once.

    A veto that follows from it suspends a grade that came by the full course.
    """
    today, partner_id = clock.today(), bank.partner_id
    named = {one.household_id for one in events if one.household_id is not None}
    villages = await villages_of_households(connection, named)
    await add_looks_of_bank(connection, villages, bank.partner_id, bank.name, "loan_events")
    borrowers = await borrowers_of(connection, partner_id, villages, today)
    keys = {_key(one, partner_id) for one in events if one.household_id in borrowers}
    numbers = {number for _, _, number in keys}
    # Loans are locked in one order, so that two reports at once cannot wait for each other.
    await lock_loans(connection, partner_id, numbers)
    before = await standings_of(connection, keys, {one.event.number for one in events})
    after = dict(before)
    known = _Known(after, await holders_of(connection, partner_id, numbers))
    answers = [_take(known, partner_id, one, today) for one in events]
    await save_standings(connection, before, after, villages)
    moved = {UUID(key[0]) for key, standing in after.items() if standing.loan != before[key].loan}
    for household_id in await apply_loan_facts(connection, moved, today):
        await suspend_under_veto(connection, clock, household_id, partner_id)
    return answers


def _key(one: BorrowerEvent, partner_id: str) -> LoanKey:
    return str(one.household_id), partner_id, one.loan_number


def _take(known: _Known, partner_id: str, one: BorrowerEvent, today: date) -> EventAnswer:
    key, standings = _key(one, partner_id), known.standings
    holders = known.holders.setdefault(one.loan_number, set())
    try:
        # What is wrong with the event itself is said first: who sends nonsense does not learn who is known here.
        check_event(one.event, today)
        if key not in standings or one.household_id is None:
            raise BorrowerUnknown
        if holders and one.household_id not in holders:
            raise LoanOfAnotherHousehold
        standings[key], status = take_report(standings[key], one.event)
    except (BorrowerUnknown, LoanOfAnotherHousehold, LoanEventRefused, LoanEventDiffers) as refusal:
        return _refused(one, refusal)
    holders.add(one.household_id)
    return EventAnswer(one.loan_number, one.event.number, status, standings[key].next_event)


def _refused(one: BorrowerEvent, refusal: Failure) -> EventAnswer:
    errors: Sequence[Mapping[str, str]] = refusal.data.get("errors", [])
    message = errors[0]["message"] if errors else refusal.sentence
    return EventAnswer(one.loan_number, one.event.number, REFUSED, None, refusal.code, message)
