"""How long must this login wait after the failures before it?

Three counts, so that guessing stops without anyone being able to lock another person out (checks S10):

- this account from this address: five attempts a quarter of an hour;
- this account from all addresses where it has never logged in: twenty;
- this address, at accounts that never logged in from it: five different accounts.

An account at an address where it has logged in before answers to the first count only. So an attacker elsewhere does
not lock the owner out, and a neighbour behind the same address does not either.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
MOST_HERE = 5
MOST_FROM_STRANGERS = 20
MOST_ACCOUNTS_PER_ADDRESS = 5


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts without success within the window, this one included.

    `here`: this account from this address, since `began_at`. `known_here`: it has logged in from here before.
    `from_strangers`: this account, from addresses where it never logged in. `accounts`: different accounts that failed
    from this address and never logged in from it.
    """

    here: int
    began_at: datetime
    known_here: bool
    from_strangers: int
    accounts: int


def login_wait(attempts: Attempts, now: datetime) -> timedelta | None:
    """None when the login may be tried now."""
    limited = attempts.here > MOST_HERE or (
        not attempts.known_here
        and (attempts.from_strangers > MOST_FROM_STRANGERS or attempts.accounts > MOST_ACCOUNTS_PER_ADDRESS)
    )
    if not limited:
        return None
    return max(attempts.began_at + WINDOW - now, timedelta(seconds=1))
