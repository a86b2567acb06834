"""Whose token is this, and does it still count?"""

from collections.abc import Callable
from dataclasses import dataclass

from shared.auth import FIELD, PARTNER, Authenticator, Principal
from shared.tokens import TokenRefused


@dataclass(frozen=True, slots=True)
class Identity:
    """Opens the Authorization header for one half of the API. `stopped` knows whose session or right has ended."""

    authenticator: Authenticator
    stopped: Callable[[Principal], bool]

    def of_person(self, header: bytes) -> Principal:
        """A person's token; a partner's is none here. Raises NotIdentified, TokenRefused."""
        return self._open(header, FIELD)

    def of_partner(self, header: bytes) -> Principal:
        """A partner's token; a person's is none here. Raises NotIdentified, TokenRefused."""
        return self._open(header, PARTNER)

    def _open(self, header: bytes, audience: str) -> Principal:
        try:
            principal = self.authenticator.authenticate(header.decode("latin-1"), audience=audience)
        except TokenRefused:
            raise TokenRefused(token_given=True) from None
        if self.stopped(principal):
            raise TokenRefused(token_given=True)
        return principal
