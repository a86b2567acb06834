"""Two members may be one person: an official decides that they are, or that they are not."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.households.domain.duplicate_errors import DuplicateDecided, DuplicateNotFound, KeptMemberWrong
from services.households.domain.household_events import EventKind
from services.households.storage.change_repository import Author
from services.households.storage.duplicate_repository import Pair, decide, get_pair
from services.households.storage.household_repository import HouseholdRepository
from services.households.use_cases.record_event import Event, RecordEvent
from shared.auth import Principal
from shared.db import Connection

SAME, DIFFERENT = "same", "different"


async def decide_duplicate(
    connection: Connection,
    households: HouseholdRepository,
    recording: RecordEvent,
    who: Principal,
    pair_id: UUID,
    *,
    same: bool,
    kept: UUID | None,
    relations: Mapping[UUID, str],
    reason: str,
    today: date,
) -> None:
    """The same person leaves the household of the registration that is not kept, where everything that was ever written
    of them stays; `relations` name the new head there, if that was the head. Another person is not asked about again.

    Raises DuplicateNotFound, DuplicateDecided, KeptMemberWrong, and what `RecordEvent.record` raises."""
    pair = await get_pair(connection, pair_id)
    if not all(who.official_for(side.village_code) for side in pair.sides):
        raise DuplicateNotFound
    if pair.state != "open":
        raise DuplicateDecided
    if same:
        await _take_out(connection, households, recording, pair, kept, relations, today)
    author = Author(who.subject, who.name, "form")
    await decide(connection, pair_id, SAME if same else DIFFERENT, kept if same else None, today, author, reason)


async def _take_out(
    connection: Connection,
    households: HouseholdRepository,
    recording: RecordEvent,
    pair: Pair,
    kept: UUID | None,
    relations: Mapping[UUID, str],
    today: date,
) -> None:
    others = [side for side in pair.sides if side.member_id != kept]
    if len(others) != 1:
        raise KeptMemberWrong
    (twin,) = others
    standing = await households.get(connection, twin.household_id)
    event = Event(EventKind.DUPLICATE, today, "form", member_id=twin.member_id, relations=relations)
    await recording.record(twin.household_id, event, standing.version, today)
