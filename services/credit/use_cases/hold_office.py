"""Does this person hold one of these offices for this place?

Role and place are asked together: a county office elsewhere and a township office here do not add up to a county office
here.
"""

from shared.auth import OutsideScope, Principal
from shared.regions import any_covers


def holds_office(who: Principal, region: str, *roles: str) -> bool:
    return any(any_covers(who.scopes.get(role, ()), region) for role in roles)


def office_held(who: Principal, region: str, *roles: str) -> str:
    """The first of these offices that the person holds for this place. For somebody who was found to hold one."""
    return next(role for role in roles if holds_office(who, region, role))


def require_office(who: Principal, region: str, *roles: str) -> None:
    """Raises NotPermitted for whoever has none of the roles, OutsideScope for whoever has them for another place."""
    who.require_role(*roles)
    if not holds_office(who, region, *roles):
        raise OutsideScope(region=region)
