"""A bank hands in a list of loan events: a line of answer for each, the good ones taken when others are not."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.credit.domain.loan_balance import LoanEvent
from services.credit.domain.record_errors import BorrowerUnknown, HouseholdNotFound, LoanEventDiffers, LoanEventRefused
from services.credit.storage.directory_repository import village_of
from services.credit.use_cases.report_loan_event import report_loan_event
from shared.db import Connection
from shared.errors import Failure


@dataclass(frozen=True, slots=True)
class BorrowerEvent:
    household_id: UUID | None
    loan_number: str
    event: LoanEvent


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """`status`: applied, waiting, repeated or refused (then with code and sentence)."""

    loan_number: str
    event_number: int
    status: str
    code: str | None = None
    message: str | None = None


async def report_loan_events(
    connection: Connection, partner_id: str, events: Sequence[BorrowerEvent]
) -> list[EventAnswer]:
    """In the order given. A refused event has written nothing."""
    # Loans are locked in one order, so that two reports at once cannot wait for each other.
    order = sorted(range(len(events)), key=lambda i: (str(events[i].household_id), events[i].loan_number, i))
    found = {i: await _report(connection, partner_id, events[i]) for i in order}
    return [found[i] for i in range(len(events))]


async def _report(connection: Connection, partner_id: str, one: BorrowerEvent) -> EventAnswer:
    try:
        if one.household_id is None:
            raise BorrowerUnknown
        village = await village_of(connection, one.household_id)
        status = await report_loan_event(
            connection, (one.household_id, partner_id, one.loan_number), village, one.event
        )
    except HouseholdNotFound:
        return _refused(one, BorrowerUnknown())
    except (BorrowerUnknown, LoanEventRefused, LoanEventDiffers) as refusal:
        return _refused(one, refusal)
    return EventAnswer(one.loan_number, one.event.number, status)


def _refused(one: BorrowerEvent, refusal: Failure) -> EventAnswer:
    errors = refusal.data.get("errors", [])
    message = errors[0]["message"] if errors else refusal.sentence
    return EventAnswer(one.loan_number, one.event.number, "refused", refusal.code, message)
