"""Which bank's machine may fetch a token?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.gateway.domain.errors import PartnerIdUnfit

ACTIVE = "active"
DISABLED = "disabled"
_CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{3,64}")


@dataclass(frozen=True, slots=True)
class Partner:
    """`keys`: key id → public key on P-256 as PEM. Several may stand at once, so that a bank can change its key."""

    client_id: str
    name: str
    keys: Mapping[str, str]
    status: str = ACTIVE

    @property
    def active(self) -> bool:
        return self.status == ACTIVE


def is_client_id(client_id: str) -> bool:
    return _CLIENT_ID.fullmatch(client_id) is not None


def check_client_id(client_id: str) -> None:
    """Raises PartnerIdUnfit."""
    if not is_client_id(client_id):
        raise PartnerIdUnfit
