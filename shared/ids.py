"""UUIDv7 ids: sortable by time, mintable by a phone that is offline."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    return uuid7()
