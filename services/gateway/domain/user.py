"""Who may log in, in which roles, for which places?"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.gateway.domain.errors import RegionUnfit, RoleUnknown, UsernameUnfit

PLACE_ROLES = frozenset({"village_official", "township_official", "county_official", "city_official"})
OTHER_ROLES = frozenset({"household", "cadre", "donor", "auditor", "operator"})
ACTIVE = "active"
DISABLED = "disabled"
_REGION = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", re.ASCII)
_USERNAME = re.compile(r"\S{2,64}")


@dataclass(frozen=True, slots=True)
class User:
    """A person who may log in. `grants`: role → region codes; a household or cadre is bound to its own id.

    `password_hash` is None for those who come by WeChat only.
    """

    user_id: UUID
    username: str
    name: str
    grants: Mapping[str, tuple[str, ...]]
    household_id: UUID | None = None
    cadre_id: UUID | None = None
    status: str = ACTIVE
    password_hash: str | None = None
    # Set up by the user alone; whoever saves a user says nothing about it.
    has_second_factor: bool = field(default=False, compare=False)

    @property
    def active(self) -> bool:
        return self.status == ACTIVE


def username_key(username: str) -> str:
    """The one form of a username, by which it is unique: 'Wang ' and 'wang' are the same user.

    >>> username_key(" Ｗang ")
    'wang'
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username).strip().casefold())


def check_username(username: str) -> None:
    """Raises UsernameUnfit."""
    if not _USERNAME.fullmatch(username):
        raise UsernameUnfit


def check_grants(grants: Mapping[str, tuple[str, ...]]) -> None:
    """Raises RoleUnknown, RegionUnfit: an official without a place would be an official of nothing or of all."""
    for role, regions in grants.items():
        if role not in PLACE_ROLES | OTHER_ROLES:
            raise RoleUnknown
        if role in PLACE_ROLES and not regions:
            raise RegionUnfit(role=role)
        if not all(_REGION.fullmatch(region) for region in regions):
            raise RegionUnfit(role=role)
