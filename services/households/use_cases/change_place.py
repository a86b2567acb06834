"""A county's or the city's office records that a village was renamed, or merged into another."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.households.domain.place_errors import (
    PlaceChangeAhead,
    PlaceEnded,
    PlaceIntoItself,
    PlaceNameSame,
    PlaceNotVillage,
    SuccessorNameNeeded,
)
from services.households.storage.change_repository import Author, add_changes, change_row, region_change
from services.households.storage.count_repository import note_change
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.place_changes_repository import (
    MERGED,
    RENAMED,
    PlaceChange,
    add_place_change,
    end_place,
    move_households,
    open_households_in,
)
from services.households.storage.region_repository import Region, find_region, get_region, save_regions
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.db import Connection

SOURCE = "department"


class ChangePlace:
    """Nothing is deleted: an old name and an old code find the place for ever."""

    def __init__(
        self,
        connection: Connection,
        households: HouseholdRepository,
        change_log: ChangeLog,
        who: Principal,
        today: date,
    ) -> None:
        self._connection = connection
        self._households = households
        self._change_log = change_log
        self._who = who
        self._today = today

    async def rename(self, code: str, name: str, on: date, document: str) -> Region:
        """Raises RegionNotFound, OutsideScope, PlaceEnded, PlaceNameSame, PlaceChangeAhead."""
        place = await self._standing(code, on)
        if place.name == name:
            raise PlaceNameSame
        renamed = replace(place, name=name)
        await save_regions(self._connection, [renamed])
        await self._keep(PlaceChange(code, RENAMED, on, place.name, name, None, document))
        await self._change_log.append(self._connection, [region_change(renamed)])
        return renamed

    async def merge(
        self, code: str, into: str, on: date, document: str, name: str | None = None, kind: str | None = None
    ) -> Region:
        """The village's households live in `into` from now on, which is made when there is no such place yet; then
        `name` and `kind` say what it is. The successor.

        Raises RegionNotFound, OutsideScope, PlaceEnded, PlaceNotVillage, PlaceIntoItself, SuccessorNameNeeded,
        PlaceChangeAhead."""
        place = await self._standing(code, on)
        if place.level != "village":
            raise PlaceNotVillage
        if code == into:
            raise PlaceIntoItself
        self._who.require_official(into)
        successor = await self._successor(place, into, name, kind)
        await end_place(self._connection, code, into, on)
        await self._keep(PlaceChange(code, MERGED, on, place.name, successor.name, into, document))
        ended = replace(place, ended_on=on, successor=into)
        await self._change_log.append(self._connection, [region_change(ended), region_change(successor)])
        await self._move(await open_households_in(self._connection, code), into)
        return successor

    async def _standing(self, code: str, on: date) -> Region:
        if on > self._today:
            raise PlaceChangeAhead
        self._who.require_official(code)
        place = await get_region(self._connection, code, lock=True)
        if place.ended_on is not None:
            raise PlaceEnded
        return place

    async def _successor(self, place: Region, into: str, name: str | None, kind: str | None) -> Region:
        standing = await find_region(self._connection, into)
        if standing is not None:
            if standing.ended_on is not None:
                raise PlaceEnded
            if standing.level != "village":
                raise PlaceNotVillage
            return standing
        if name is None or kind is None:
            raise SuccessorNameNeeded
        township = await get_region(self._connection, into[:9])
        made = Region(into, name, "village", kind, township.code, place.poor_village)
        await save_regions(self._connection, [made])
        return made

    async def _move(self, household_ids: list[UUID], into: str) -> None:
        if not household_ids:
            return
        before = await self._households.get_many(self._connection, household_ids)
        await move_households(self._connection, household_ids, into)
        moved = await self._households.get_many(self._connection, household_ids)
        author = Author(self._who.subject, self._who.name, SOURCE)
        await note_change(self._connection, before, moved)
        changes = [change_row(household, author, "place_merged", ("village_code",)) for household in moved]
        await add_changes(self._connection, changes)
        feed = [self._households.feed_change(household) for household in moved]
        await self._change_log.append(self._connection, feed)

    async def _keep(self, change: PlaceChange) -> None:
        await add_place_change(self._connection, change, Author(self._who.subject, self._who.name, SOURCE))
