"""Lists that are ordered by a place's code and an id: their cursors."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from shared.pagination import Cursors
from shared.web.paging import page_of

Key = tuple[str, UUID]
T = TypeVar("T")


def after_of(cursors: Cursors, scope: str, cursor: str | None) -> Key | None:
    """The key of the last row that the caller has. Raises CursorUnreadable."""
    if not cursor:
        return None
    code, last_id = cursors.read(scope, cursor)
    return code, UUID(last_id)


def page(
    cursors: Cursors, scope: str, found: Sequence[T], limit: int, key_of: Callable[[T], Key]
) -> tuple[Sequence[T], str | None]:
    """The page of rows, `found` holding one more when there is more, and the cursor of the next."""

    def written(row: T) -> str:
        code, row_id = key_of(row)
        return cursors.write(scope, [code, str(row_id)])

    return page_of(found, limit, written)
