"""Lists in one shape: `limit` (20, at most 100), an opaque cursor, `{items, next_cursor, has_more}`."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Query
from pydantic import Field, StringConstraints

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=100)]
PageCursor = Annotated[Annotated[str, StringConstraints(max_length=500), Field()] | None, Query()]


def page_of(found: Sequence[T], limit: int, cursor_of: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """`found` holds one more than the page when there is more; the page and the next cursor."""
    if len(found) <= limit:
        return found, None
    return found[:limit], cursor_of(found[limit - 1])
