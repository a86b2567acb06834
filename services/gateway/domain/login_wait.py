"""How long must this login wait after the failures before it?

Three counts, so that guessing stops without anyone being able to lock another person out (checks S10):

- this account from this address: five attempts a quarter of an hour;
- this account from all addresses where it has never logged in: twenty;
- this address, at accounts that never logged in from it: five different accounts.

An account at an address where it has logged in before answers to the first count only. So an attacker elsewhere does
not lock the owner out, and a neighbour behind the same address does not either.

Logins that are being looked at take a place in each count, so that guesses side by side are no more than guesses in a
row. But they are no failures yet: who finds the places taken by them tries again in a second.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
AT_ONCE_WAIT = timedelta(seconds=1)
MOST_HERE = 5
MOST_FROM_STRANGERS = 20
MOST_ACCOUNTS_PER_ADDRESS = 5


@dataclass(frozen=True, slots=True)
class Counts:
    """Attempts without success within the window, this one included.

    `here`: this account from this address. `from_strangers`: this account, from addresses where it never logged in.
    `accounts`: different accounts tried from this address that never logged in from it.
    """

    here: int
    from_strangers: int
    accounts: int


@dataclass(frozen=True, slots=True)
class Attempts:
    """`failed` leaves out what is under way beside this attempt, `all` counts it.

    `began_at`: the first attempt `here`. `known_here`: this account has logged in from this address before.
    """

    failed: Counts
    all: Counts
    began_at: datetime
    known_here: bool


def login_wait(attempts: Attempts, now: datetime) -> timedelta | None:
    """None when the failures before it let this login be tried now."""
    if not _limited(attempts.failed, known_here=attempts.known_here):
        return None
    return max(attempts.began_at + WINDOW - now, timedelta(seconds=1))


def places_taken(attempts: Attempts) -> bool:
    """Do the logins under way beside it leave this one no place for the moment?"""
    return _limited(attempts.all, known_here=attempts.known_here)


def _limited(counts: Counts, *, known_here: bool) -> bool:
    return counts.here > MOST_HERE or (
        not known_here and (counts.from_strangers > MOST_FROM_STRANGERS or counts.accounts > MOST_ACCOUNTS_PER_ADDRESS)
    )
