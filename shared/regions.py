"""Region codes as scopes: the 2, 4, 6, 9 or 12 digits of a level, matched as a prefix at level boundaries."""

from collections.abc import Iterable

LEVEL_BY_LENGTH = {2: "province", 4: "prefecture", 6: "county", 9: "township", 12: "village"}


def is_region_code(code: str) -> bool:
    return len(code) in LEVEL_BY_LENGTH and code.isascii() and code.isdigit()


def covers(scope: str, code: str) -> bool:
    """Does a scope see this place? A malformed scope or code sees nothing.

    >>> covers("511921", "511921122"), covers("511921", "5119"), covers("", "511921")
    (True, False, False)
    """
    return is_region_code(scope) and is_region_code(code) and code.startswith(scope)


def any_covers(scopes: Iterable[str], code: str) -> bool:
    return any(covers(scope, code) for scope in scopes)


def prefix_range(code: str) -> tuple[str, str]:
    """The half-open range of codes under a place, for an index on the village code.

    >>> prefix_range("511921")
    ('511921', '511922')
    """
    return code, str(int(code) + 1).zfill(len(code))
