"""Which negative facts are kept of a household, until when, and may a bank be told of them? (credit rules 2.8)

A veto, a time past due as banks reported it, and lateness that an official entered. Each is kept for so many months of
the policy after the conduct ended (five years), the last day included, and is shared only when the person has been told
of it.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.credit.domain.legal_dates import add_months
from services.credit.domain.loan_balance import WRITTEN_OFF, LoanEvent
from services.credit.domain.loan_facts import FIELDS, ReportedLoan
from services.credit.domain.scorecard import Card
from services.credit.domain.veto_term import FRAUD

LATENESS = FIELDS[0]


@dataclass(frozen=True, slots=True)
class VetoRecord:
    """`expires_on` is the last day on which it stands by itself."""

    veto_id: UUID
    code: str
    opened_on: date
    expires_on: date | None
    cleared_on: date | None


@dataclass(frozen=True, slots=True)
class NegativeFact:
    """`key` names it for good; `kind` is `veto`, `late` or `entered`; `ended_on` None while it goes on.

    `events`: the numbers of the reports that say so, for one that banks reported.
    """

    key: str
    kind: str
    code: str
    began_on: date
    ended_on: date | None
    kept_until: date | None
    loan: tuple[str, str] | None = None
    events: tuple[int, ...] = ()

    def over(self, today: date) -> bool:
        """Has it to be deleted by now?"""
        return self.kept_until is not None and today > self.kept_until


def of_vetoes(vetoes: Iterable[VetoRecord], today: date, months_kept: int) -> Iterator[NegativeFact]:
    for veto in vetoes:
        ended = _ended(veto, today)
        # A judgment for fraud stands for five years from its end; it is not kept for five more.
        by_itself = veto.code == FRAUD and ended is not None and ended == veto.expires_on
        kept = ended if by_itself else _kept(ended, months_kept)
        yield NegativeFact(f"veto/{veto.veto_id}", "veto", f"veto/{veto.code}", veto.opened_on, ended, kept)


def of_loans(loans: Iterable[ReportedLoan], today: date, months_kept: int) -> Iterator[NegativeFact]:
    """One for each time without a break during which a loan was past due, or written off and owed."""
    for loan in loans:
        late: list[LoanEvent] = []
        for event in loan.until(today):
            if _is_late(event, late):
                late.append(event)
            elif late:
                yield _late(loan, late, event.on, months_kept)
                late = []
        if late:
            yield _late(loan, late, None, months_kept)


def of_file(facts: dict[str, Any], source: str, entered_on: date, months_kept: int) -> Iterator[NegativeFact]:
    """Lateness that an official entered speaks of the time before; nothing of it goes on after that day.

    `entered_on`: the day on which these days past due were first entered. Another lateness is another fact, of which
    the person has to be told too.
    """
    days = facts.get(LATENESS) or 0
    if source != "bank" and days > 0:
        key, kept = f"file/{LATENESS}/{days}/{entered_on}", add_months(entered_on, months_kept)
        yield NegativeFact(key, "entered", "late", entered_on, entered_on, kept)


def negative_codes(card: Card) -> frozenset[str]:
    """The reason codes of a card that tell of lateness; those of vetoes begin with `veto/`."""
    return frozenset(
        f"{card.id}@{card.version}/{attribute.id}/{one.id}"
        for attribute in card.attributes
        if attribute.measure.fields == (LATENESS,)
        for one in attribute.bins
        if (one.points or 0) < attribute.maximum
    )


def is_negative(code: str, of_card: Collection[str]) -> bool:
    return code.startswith("veto/") or code in of_card


def may_be_shared(code: str, untold: Iterable[NegativeFact]) -> bool:
    """A reason code that is negative, when nothing that it stands for is still to be told to the person."""
    return not any(fact.code == (code if code.startswith("veto/") else "late") for fact in untold)


def _is_late(event: LoanEvent, before: Sequence[LoanEvent]) -> bool:
    written_off = any(one.kind == WRITTEN_OFF for one in (*before, event))
    return event.balance_cents > 0 and (event.days_past_due > 0 or written_off)


def _ended(veto: VetoRecord, today: date) -> date | None:
    days = [
        *([veto.cleared_on] if veto.cleared_on is not None and veto.cleared_on <= today else []),
        *([veto.expires_on] if veto.expires_on is not None and veto.expires_on < today else []),
    ]
    return min(days, default=None)


def _kept(ended: date | None, months: int) -> date | None:
    return None if ended is None else add_months(ended, months)


def _late(loan: ReportedLoan, events: Sequence[LoanEvent], ended: date | None, months_kept: int) -> NegativeFact:
    key = f"late/{loan.partner_id}/{loan.loan_number}/{events[0].number}"
    numbers = tuple(event.number for event in events)
    of_loan = (loan.partner_id, loan.loan_number)
    return NegativeFact(key, "late", "late", events[0].on, ended, _kept(ended, months_kept), of_loan, numbers)
