"""The version that a write to an existing thing expects: by If-Match, or by `version` in the body."""

import re
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from pydantic import Field

from shared.errors import VersionMissing
from shared.web.fields import Input

Version = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1, description="所改的版本，可代替 If-Match")]

# `isdigit` would let "²" pass, which is no number.
_ETAG = re.compile(r'(?:W/)?"v([0-9]{1,10})"')
_IfMatch = Header(json_schema_extra={"pattern": f"^{_ETAG.pattern}$"})


class Versioned(Input):
    """A body that may carry the version itself, for clients that cannot set headers."""

    version: Version | None = None


def version_of(if_match: str | None) -> int:
    """`"v4"`, also in its weak form: a proxy that compresses weakens what it passes on. Raises VersionMissing."""
    named = _ETAG.fullmatch((if_match or "").strip())
    if named is None:
        raise VersionMissing
    return int(named[1])


async def version_if_given(request: Request, if_match: Annotated[str | None, _IfMatch] = None) -> int | None:
    """None where neither says one. If-Match comes first. Raises VersionMissing for an unreadable If-Match."""
    if if_match is not None:
        return version_of(if_match)
    body: Any = getattr(request, "_json", None)
    given = body.get("version") if isinstance(body, dict) else None
    return given if isinstance(given, int) and not isinstance(given, bool) else None


async def expected_version(given: Annotated[int | None, Depends(version_if_given)]) -> int:
    """Raises VersionMissing where neither says one."""
    if given is None:
        raise VersionMissing
    return given


ExpectedVersion = Annotated[int, Depends(expected_version)]
VersionIfGiven = Annotated[int | None, Depends(version_if_given)]
