"""Which bank's machine may fetch a token, with which keys, and how does it sign?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.gateway.domain.errors import PartnerIdUnfit, PartnerSettingUnfit

ACTIVE = "active"
SANDBOX = "sandbox"
DISABLED = "disabled"
STATUSES = (ACTIVE, SANDBOX, DISABLED)

UNSIGNED = "none"
RFC9421 = "rfc9421"
SM2_SM3 = "sm2-sm3"
SIGNINGS = (UNSIGNED, RFC9421, SM2_SM3)

PROOF_ALGORITHM = "ES256"
PER_MINUTE, PER_DAY = 6_000, 500_000
MOST_CONTACTS, LONGEST_CONTACT = 10, 200
_CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{3,64}")


@dataclass(frozen=True, slots=True)
class PartnerKey:
    """A public key as PEM; `algorithm` is ES256, Ed25519 or SM2. Good from the first instant to before the last."""

    public_pem: str
    algorithm: str
    valid_from: datetime
    valid_to: datetime | None = None

    def stands(self, now: datetime) -> bool:
        return self.valid_from <= now and (self.valid_to is None or now < self.valid_to)


@dataclass(frozen=True, slots=True)
class Partner:
    """`keys` by key id: several may stand at once, so that a bank can change its key.

    `signing` is the scheme by which its requests are signed. `per_minute` and `per_day` count queries, a call without
    queries as one. A throttled partner gets a hundredth of its minute until then.
    """

    client_id: str
    name: str
    keys: Mapping[str, PartnerKey]
    status: str = ACTIVE
    signing: str = UNSIGNED
    contacts: tuple[str, ...] = ()
    per_minute: int = PER_MINUTE
    per_day: int = PER_DAY
    throttled_until: datetime | None = None

    @property
    def open(self) -> bool:
        return self.status in (ACTIVE, SANDBOX)

    @property
    def in_sandbox(self) -> bool:
        return self.status == SANDBOX

    @property
    def acts_as(self) -> str:
        """The partner id in its tokens. One in the sandbox is nobody to the services: no id has a colon."""
        return f"sandbox:{self.client_id}" if self.in_sandbox else self.client_id

    def token_key(self, kid: str, now: datetime) -> str | None:
        """The PEM by which an assertion under this key id is proved now."""
        key = self.keys.get(kid)
        return key.public_pem if key and key.algorithm == PROOF_ALGORITHM and key.stands(now) else None

    def signing_keys(self, now: datetime) -> dict[str, str]:
        """Key id → PEM of what may sign requests now; the scheme takes those of its own kind."""
        return {kid: key.public_pem for kid, key in self.keys.items() if key.stands(now)}


def is_client_id(client_id: str) -> bool:
    return _CLIENT_ID.fullmatch(client_id) is not None


def check_client_id(client_id: str) -> None:
    """Raises PartnerIdUnfit."""
    if not is_client_id(client_id):
        raise PartnerIdUnfit


def check_settings(partner: Partner) -> None:
    """Raises PartnerSettingUnfit, naming the setting."""
    sound = {
        "status": partner.status in STATUSES,
        "signing": partner.signing in SIGNINGS,
        "per_minute": 1 <= partner.per_minute <= 10**9,
        "per_day": 1 <= partner.per_day <= 10**12,
        "contacts": len(partner.contacts) <= MOST_CONTACTS
        and all(1 <= len(contact) <= LONGEST_CONTACT for contact in partner.contacts),
    }
    for setting, fits in sound.items():
        if not fits:
            raise PartnerSettingUnfit(setting=setting)
