"""Is this password good enough for a real user?

Length does the work (checks S12); beside it only what everyone guesses first is refused: few different characters, or
the username itself.
"""

import unicodedata

from services.gateway.domain.errors import PasswordTooPlain, PasswordTooShort

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 256
LEAST_DIFFERENT = 5


def check_password(password: str, username: str) -> None:
    """Raises PasswordTooShort, PasswordTooPlain."""
    plain = normalised(password)
    if not LEAST_CHARACTERS <= len(plain) <= MOST_CHARACTERS:
        raise PasswordTooShort(least=LEAST_CHARACTERS)
    if len(set(plain)) < LEAST_DIFFERENT or username.casefold() in plain.casefold():
        raise PasswordTooPlain


def normalised(password: str) -> str:
    """The same password whatever keyboard typed it: full-width letters of Chinese input count as plain ones."""
    return unicodedata.normalize("NFKC", password)
