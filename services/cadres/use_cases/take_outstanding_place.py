"""One of a year's places of the outstanding is taken, or told of (优秀名额)."""

from dataclasses import dataclass
from datetime import date

from services.cadres.domain.appraisal import Appraisal
from services.cadres.domain.appraisal_errors import OutstandingPlacesTaken
from services.cadres.domain.appraisal_scheme import Scheme, places_of
from services.cadres.storage.appraisal_repository import outstanding_taken, people_of_pool
from services.cadres.storage.guards import guard_outstanding
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Places:
    """Of a pool's cadres in office when the year ends: how many may be outstanding, how many are."""

    people: int
    places: int
    taken: int


async def places_now(connection: Connection, scheme: Scheme | None, pool: str, year: int) -> Places:
    people = await people_of_pool(connection, pool, date(year, 12, 31))
    places = 0 if scheme is None else places_of(scheme, pool, people)
    return Places(people, places, await outstanding_taken(connection, pool, year))


async def take_outstanding_place(connection: Connection, appraisal: Appraisal) -> None:
    """Held until the caller's transaction ends, so that the last place is given once.

    Raises OutstandingPlacesTaken.
    """
    await guard_outstanding(connection, appraisal.pool, appraisal.year)
    now = await places_now(connection, appraisal.scheme, appraisal.pool, appraisal.year)
    if now.taken >= now.places:
        raise OutstandingPlacesTaken(places=now.places)
