"""An official ends a posting; the history stays."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.cadres.domain.after_a_recall import may_end_as
from services.cadres.domain.errors import PostNotFound, PostStale
from services.cadres.domain.may_end_post import may_end_post
from services.cadres.domain.posting import PostEndReason, Posting
from services.cadres.storage.appraisal_repository import personal_files
from services.cadres.storage.guards import guard_cadres, guard_village
from services.cadres.storage.post_repository import get_posting, save_end
from shared.auth import Principal
from shared.db import Connection


async def end_post(
    connection: Connection,
    who: Principal,
    post_id: UUID,
    *,
    ends_on: date,
    reason: PostEndReason,
    note: str | None,
    version: int,
    show: Callable[[Posting], Awaitable[Mapping[str, Any]]],
) -> Posting:
    """`show` is how whoever ended an older one is shown what stands.

    Raises PostNotFound, PostStale and the reasons of `may_end_post` and `may_end_as`.
    """
    found = await get_posting(connection, post_id)
    if not who.official_for(found.village_code):
        raise PostNotFound
    await guard_village(connection, found.village_code)
    await guard_cadres(connection, found.people)
    before = await get_posting(connection, post_id)
    if version != before.version:
        raise PostStale(current=await show(before))
    if (refusal := may_end_post(before, ends_on, reason, note)) is not None:
        raise refusal
    ended = replace(before, ended_on=ends_on, end_reason=reason, end_note=note, version=before.version + 1)
    if (refusal := may_end_as(reason, (await personal_files(connection, before.people)).values())) is not None:
        raise refusal
    await save_end(connection, ended, before.version, who.subject)
    return ended
