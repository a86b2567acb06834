"""Is this password good enough for a real user?

Length does the work (checks S12); beside it what everyone guesses first is refused: few different characters, the
username itself, and a common password, also with digits and marks around it or written twice.
"""

import unicodedata
from collections.abc import Set as AbstractSet

from services.gateway.domain.errors import PasswordTooPlain, PasswordTooShort

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 256
LEAST_DIFFERENT = 5


def check_password(password: str, username: str, common: AbstractSet[str]) -> None:
    """`common`: case-folded passwords that everybody guesses. Raises PasswordTooShort, PasswordTooPlain."""
    plain = normalised(password)
    if not LEAST_CHARACTERS <= len(plain) <= MOST_CHARACTERS:
        raise PasswordTooShort(least=LEAST_CHARACTERS)
    folded = plain.casefold()
    if len(set(plain)) < LEAST_DIFFERENT or username.casefold() in folded or is_common(folded, common):
        raise PasswordTooPlain


def is_common(folded: str, common: AbstractSet[str]) -> bool:
    """Is it a common password, one with little around it, or one several times?

    >>> is_common("!!password1234", {"password"})
    True
    >>> is_common("71839204615password", {"password"})
    False
    """
    core = folded.strip("".join({sign for sign in folded if not sign.isalpha()}))
    if folded in common or (core in common and 2 * len(core) > len(folded)):
        return True
    lengths = [length for length in range(6, len(folded) // 2 + 1) if len(folded) % length == 0]
    return any(folded == folded[:length] * (len(folded) // length) and folded[:length] in common for length in lengths)


def normalised(password: str) -> str:
    """The same password whatever keyboard typed it: full-width letters of Chinese input count as plain ones."""
    return unicodedata.normalize("NFKC", password)
