"""A bank hands in a list of loan events: a line of answer for each, the good ones taken when others are not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.credit.domain.loan_balance import LoanEvent, check_event
from services.credit.domain.loan_reports import REFUSED, Standing, take_report
from services.credit.domain.record_errors import BorrowerUnknown, LoanEventDiffers, LoanEventRefused
from services.credit.storage.directory_repository import villages_of_households
from services.credit.storage.loan_repository import LoanKey, lock_loans, save_standings, standings_of
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


async def report_loan_events(
    connection: Connection, partner_id: str, events: Sequence[BorrowerEvent], clock: Clock
) -> list[EventAnswer]:
    """In the order given. A refused event has written nothing; one that applies counts in the file at once.

    A veto that follows from it suspends a grade that came by the full course.
    """
    today = clock.today()
    named = {one.household_id for one in events if one.household_id is not None}
    villages = await villages_of_households(connection, named)
    keys = {_key(one, partner_id) for one in events if one.household_id in villages}
    # Loans are locked in one order, so that two reports at once cannot wait for each other.
    await lock_loans(connection, sorted(keys))
    before = await standings_of(connection, keys, {one.event.number for one in events})
    after = dict(before)
    answers = [_take(after, partner_id, one, today) for one in events]
    await save_standings(connection, before, after, villages)
    moved = {UUID(key[0]) for key, standing in after.items() if standing.loan != before[key].loan}
    for household_id in await apply_loan_facts(connection, moved, today):
        await suspend_under_veto(connection, clock, household_id, partner_id)
    return answers


def _key(one: BorrowerEvent, partner_id: str) -> LoanKey:
    return str(one.household_id), partner_id, one.loan_number


def _take(standings: dict[LoanKey, Standing], partner_id: str, one: BorrowerEvent, today: date) -> EventAnswer:
    key = _key(one, partner_id)
    try:
        # What is wrong with the event itself is said first: who sends nonsense does not learn who is known here.
        check_event(one.event, today)
        if key not in standings:
            raise BorrowerUnknown
        standings[key], status = take_report(standings[key], one.event)
    except (BorrowerUnknown, LoanEventRefused, LoanEventDiffers) as refusal:
        return _refused(one, refusal)
    return EventAnswer(one.loan_number, one.event.number, status, standings[key].next_event)


def _refused(one: BorrowerEvent, refusal: Failure) -> EventAnswer:
    errors: Sequence[Mapping[str, str]] = refusal.data.get("errors", [])
    message = errors[0]["message"] if errors else refusal.sentence
    return EventAnswer(one.loan_number, one.event.number, REFUSED, None, refusal.code, message)
