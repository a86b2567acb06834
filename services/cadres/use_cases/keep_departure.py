"""An official announces that a cadre leaves, looks at what is still open, completes or cancels the departure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.cadres.domain.errors import CadreNotFound, CadreNotInOffice
from services.cadres.domain.handover import Departure
from services.cadres.domain.handover_errors import DepartureBeforeOffice, DepartureNotFound, DepartureOver
from services.cadres.domain.may_complete_departure import first_day_out_of_office, may_complete_departure
from services.cadres.storage.cadre_repository import CadreRepository, duties_of
from services.cadres.storage.duty_repository import ProblemLine, problems_of_cadre
from services.cadres.storage.guards import guard_cadres
from services.cadres.storage.handover_repository import (
    DepartureLine,
    HandoverLine,
    OpenPost,
    add_departure,
    end_departure,
    get_departure,
    handovers_of_departure,
    open_posts_of,
)
from services.cadres.storage.pairing_repository import PairingLine, open_pairings_of
from services.cadres.storage.task_repository import TaskLine, tasks_of_cadre
from services.cadres.use_cases.see import require_known_cadre
from shared.auth import Principal
from shared.db import Connection

MOST_TASKS = 1_000


@dataclass(frozen=True, slots=True)
class SeenDeparture:
    """What the cadre still answers for: households without an accepted hand-over, posts, tasks and duties; what is open
    in the ledger of its households, which goes with them; and all proposals."""

    line: DepartureLine
    open_pairings: Sequence[PairingLine]
    open_posts: Sequence[OpenPost]
    open_tasks: Sequence[TaskLine]
    problems: Sequence[ProblemLine]
    handovers: Sequence[HandoverLine]


async def announce_departure(
    connection: Connection, cadres: CadreRepository, who: Principal, departure: Departure, today: date
) -> SeenDeparture:
    """From now on the cadre gets no new households.

    Raises CadreNotFound, CadreNotInOffice, DepartureBeforeOffice, DepartureAnnounced.
    """
    await guard_cadres(connection, [departure.cadre_id])
    cadre = await cadres.get(connection, departure.cadre_id)
    if not who.official_for(cadre.region_code):
        raise CadreNotFound
    if not cadre.in_office(today):
        raise CadreNotInOffice
    if departure.leaves_on <= cadre.valid_from:
        raise DepartureBeforeOffice(since=str(cadre.valid_from))
    await add_departure(connection, departure, who.subject)
    return await see_departure(connection, who, departure.departure_id)


async def see_departure(connection: Connection, who: Principal, departure_id: UUID) -> SeenDeparture:
    """Raises DepartureNotFound."""
    line = await get_departure(connection, departure_id)
    if not who.official_for(line.region_code):
        raise DepartureNotFound
    cadre_id = line.departure.cadre_id
    return SeenDeparture(
        line,
        await open_pairings_of(connection, cadre_id),
        await open_posts_of(connection, cadre_id),
        [task for task in await tasks_of_cadre(connection, cadre_id, MOST_TASKS) if task.task.state == "open"],
        await problems_of_cadre(connection, cadre_id),
        await handovers_of_departure(connection, departure_id),
    )


async def complete_departure(
    connection: Connection, cadres: CadreRepository, who: Principal, departure_id: UUID, today: date
) -> SeenDeparture:
    """Ends the cadre's time in office. Raises DepartureNotFound and the reasons of `may_complete_departure`."""
    departure = (await see_departure(connection, who, departure_id)).line.departure
    await guard_cadres(connection, [departure.cadre_id])
    departure = (await get_departure(connection, departure_id, lock=True)).departure
    cadre = await cadres.get(connection, departure.cadre_id)
    require_known_cadre(who, cadre)
    duties = await duties_of(connection, departure.cadre_id)
    if (refusal := may_complete_departure(departure, duties, today)) is not None:
        raise refusal
    gone = replace(cadre, valid_to=first_day_out_of_office(departure, duties), version=cadre.version + 1)
    await cadres.save(connection, gone, cadre.version)
    await end_departure(connection, departure_id, "completed", who.subject)
    return await see_departure(connection, who, departure_id)


async def cancel_departure(connection: Connection, who: Principal, departure_id: UUID) -> SeenDeparture:
    """The cadre stays; what was handed over stays handed over. Raises DepartureNotFound, DepartureOver."""
    await see_departure(connection, who, departure_id)
    departure = (await get_departure(connection, departure_id, lock=True)).departure
    if departure.state != "open":
        raise DepartureOver(state=departure.state, allowed=[])
    await end_departure(connection, departure_id, "cancelled", who.subject)
    return await see_departure(connection, who, departure_id)
