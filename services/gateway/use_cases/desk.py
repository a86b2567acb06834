"""What every login needs at hand, and what it gives."""

from dataclasses import dataclass
from hashlib import sha256

from services.gateway.storage.factor_repository import Factors
from services.gateway.use_cases.password_hashes import PasswordHashes
from services.gateway.use_cases.token_mint import ACCESS_LIFETIME, TokenMint
from services.gateway.use_cases.watch_revocations import Revocations
from shared.clock import Clock
from shared.db import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """Logins have transactions of their own: a refusal is recorded although the request fails, and no connection
    is held while a password is checked."""

    database: Database
    clock: Clock
    passwords: PasswordHashes
    mint: TokenMint
    revocations: Revocations
    factors: Factors


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a login comes from: the caller's address and what its device says of itself."""

    address: str
    device: str

    @property
    def device_digest(self) -> bytes:
        return sha256(self.device.encode()).digest()


@dataclass(frozen=True, slots=True)
class Tokens:
    access_token: str
    refresh_token: str
    expires_in: int = int(ACCESS_LIFETIME.total_seconds())
