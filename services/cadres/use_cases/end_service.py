"""A resignation that is decided ends the posts of the person, and opens the departure that hands over the rest."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.cadres.domain.decision import Decision
from services.cadres.domain.handover import Departure
from services.cadres.domain.posting import RESIGNED
from services.cadres.storage.handover_repository import add_departure, is_leaving, open_posts_of
from services.cadres.storage.post_repository import get_posting, save_end
from shared.db import Connection
from shared.ids import new_id

NOTE = "辞职处理已决定"


async def end_service(connection: Connection, decision: Decision, today: date, author: str) -> None:
    """From today on the person holds no post of its own and gets no household, task or post by hand-over.

    A resident team goes on with those who stay until it is posted anew: what the departure still lists as open. The
    caller holds the person's guard.
    """
    for post in await open_posts_of(connection, decision.cadre_id):
        await _end_own_post(connection, post.post_id, decision.cadre_id, today, author)
    if not await is_leaving(connection, decision.cadre_id):
        departure = Departure(new_id(), decision.cadre_id, today, RESIGNED, NOTE)
        await add_departure(connection, departure, author)


async def _end_own_post(connection: Connection, post_id: UUID, cadre_id: UUID, today: date, author: str) -> None:
    posting = await get_posting(connection, post_id)
    if posting.cadre_id != cadre_id:
        return
    # One that is posted ahead never begins: its time is empty.
    ends_on = max(today, posting.started_on)
    ended = replace(posting, ended_on=ends_on, end_reason=RESIGNED, end_note=NOTE, version=posting.version + 1)
    await save_end(connection, ended, posting.version, author)
