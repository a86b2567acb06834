"""Which posts of a place are alarms on a day, listed, counted by place, and as a table?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cadres.domain.policy import Policy, policy_at
from services.cadres.domain.post_alarms import AlarmKind, PostAlarm, post_alarms
from services.cadres.domain.posting import POST_KINDS
from services.cadres.storage.posts_of_region import (
    Place,
    names_of_places,
    people_of,
    postings_of_region,
    villages_of,
)
from shared.auth import Principal
from shared.db import Connection

_LEVELS = (4, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class SeenAlarms:
    """`names` holds the people that the alarms are about, `places` the villages."""

    alarms: Sequence[PostAlarm]
    names: Mapping[UUID, str]
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PlaceOfPosts:
    """A place with its poor villages' posts: filled + vacant = 5 × poor villages; alarms by kind."""

    code: str
    name: str
    poor_villages: int
    posts_filled: int
    posts_vacant: int
    alarms: Mapping[AlarmKind, int]


async def see_alarms(
    connection: Connection, policies: Sequence[Policy], who: Principal, region: str, day: date
) -> SeenAlarms:
    """By village, post and kind. Raises OutsideScope.

    Of somebody who is resident in two villages only the ids of places outside the region are told.
    """
    who.require_official(region)
    villages = await villages_of(connection, region)
    alarms, names = await _alarms(connection, policies, region, villages, day)
    return SeenAlarms(alarms, names, {village.code: village.name for village in villages})


async def see_places_of_posts(
    connection: Connection, policies: Sequence[Policy], who: Principal, region: str, day: date
) -> list[PlaceOfPosts]:
    """The places one level under `region` (a village: itself), by code. Raises OutsideScope."""
    who.require_official(region)
    villages = await villages_of(connection, region)
    alarms, _ = await _alarms(connection, policies, region, villages, day)
    digits = next((level for level in _LEVELS if level > len(region)), _LEVELS[-1])
    names = await names_of_places(connection, {village.code[:digits] for village in villages})
    poor = Counter(village.code[:digits] for village in villages if village.poor)
    counted = Counter((alarm.village_code[:digits], alarm.kind) for alarm in alarms)
    kinds = sorted({alarm.kind for alarm in alarms})
    return [
        PlaceOfPosts(
            code=code,
            name=names.get(code, code),
            poor_villages=poor[code],
            posts_filled=len(POST_KINDS) * poor[code] - counted[code, "vacant"],
            posts_vacant=counted[code, "vacant"],
            alarms={kind: counted[code, kind] for kind in kinds if counted[code, kind]},
        )
        for code in sorted({village.code[:digits] for village in villages})
    ]


async def _alarms(
    connection: Connection, policies: Sequence[Policy], region: str, villages: Sequence[Place], day: date
) -> tuple[list[PostAlarm], dict[UUID, str]]:
    postings = await postings_of_region(connection, region, day)
    people = await people_of(connection, {one for posting in postings for one in posting.people})
    found = post_alarms(
        (village.code for village in villages if village.poor), postings, people, policy_at(policies, day), day
    )
    alarms = [alarm for alarm in found if alarm.village_code.startswith(region)]
    names = {cadre_id: cadre.name for cadre_id, cadre in people.items()}
    return alarms, names
