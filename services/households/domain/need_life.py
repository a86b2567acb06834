"""Who sees a need, what may be given for it, and when is it met?

Consent takes effect at once both ways: a need is public from the instant at which the household agrees, and no longer
than until the instant at which it takes its word back. Money is never given beyond what is wanted: whoever would give
more is told what is left, and the rest may help another household. Goods have no such measure.
"""

from dataclasses import replace
from datetime import datetime

from services.households.domain.need import CLOSED, MET, OPEN, Donation, Need
from services.households.domain.need_errors import (
    DonationSaysNothing,
    DonationTooMuch,
    NeedClosed,
    NeedNotFound,
    ReceiptAlreadyGiven,
    RecorderCannotReceive,
)
from services.households.domain.wish import Actor, Consent


def with_consent(need: Need, consent: Consent | None) -> Need:
    """The need with the household's word, or without it. Raises NeedClosed for giving it to one that has ended."""
    if consent is not None and need.state == CLOSED:
        raise NeedClosed
    return replace(need, consent=consent, version=need.version + 1)


def close_need(need: Need) -> Need:
    """Raises NeedClosed."""
    if need.state == CLOSED:
        raise NeedClosed
    return replace(need, state=CLOSED, version=need.version + 1)


def require_donation(need: Need, amount_cents: int, goods: str | None) -> None:
    """Raises NeedNotFound (not published), NeedClosed (over, or all there), DonationSaysNothing, DonationTooMuch."""
    if need.consent is None:
        raise NeedNotFound
    if need.state != OPEN:
        raise NeedClosed
    if amount_cents == 0 and goods is None:
        raise DonationSaysNothing
    left = need.left_cents
    if left is not None and amount_cents > left:
        raise DonationTooMuch(left_cents=left)


def with_donation(need: Need, donation: Donation) -> Need:
    """Met when nothing is left to give."""
    given = need.given_cents + donation.amount_cents
    met = need.wanted_cents is not None and given >= need.wanted_cents
    return replace(
        need,
        given_cents=given,
        donations=need.donations + 1,
        state=MET if met else need.state,
        version=need.version + 1,
    )


def received(donation: Donation, actor: Actor, now: datetime) -> Donation:
    """Raises ReceiptAlreadyGiven, RecorderCannotReceive."""
    if donation.received_at is not None:
        raise ReceiptAlreadyGiven
    if donation.recorded_by == actor.subject:
        raise RecorderCannotReceive
    return replace(donation, received_at=now, received_by_name=actor.name)


def receipt_number(donation_id: str, year: int) -> str:
    """What stands on the receipt (收据): the year and the end of the donation's id, which is chance.

    >>> receipt_number("019abcde-0000-7000-8000-00000000beef", 2026)
    'JZ-2026-00000000BEEF'
    """
    return f"JZ-{year}-{donation_id.replace('-', '')[-12:].upper()}"
