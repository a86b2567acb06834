"""May a cadre's time in office be this, with the duties that the cadre has?"""

from dataclasses import dataclass
from datetime import date

from services.cadres.domain.errors import CadreHasDuties, CadreLeavesBeforeStart, CadreLeavesInFuture
from shared.errors import Failure


@dataclass(frozen=True, slots=True)
class Duties:
    """A cadre's pairings and postings, past ones too: how many are open, the first start and the last end.

    `open_tasks`: tasks and duties that are still to be done.
    """

    open_pairings: int
    open_posts: int
    open_tasks: int
    first_start: date | None
    last_end: date | None

    @property
    def open(self) -> dict[str, int]:
        return {"open_pairings": self.open_pairings, "open_posts": self.open_posts, "open_tasks": self.open_tasks}


def may_serve_from_to(valid_from: date, valid_to: date | None, duties: Duties, today: date) -> Failure | None:
    """None when it may, else the reason why not. Whoever leaves has handed everything over before.

    Leaving is entered on the day, not ahead: an open pairing or posting is thereby always held by someone in office.
    """
    if valid_to is not None and valid_to < valid_from:
        return CadreLeavesBeforeStart()
    if valid_to is not None and valid_to > today:
        return CadreLeavesInFuture()
    starts_late = duties.first_start is not None and duties.first_start < valid_from
    ends_early = valid_to is not None and (
        duties.open_pairings > 0
        or duties.open_posts > 0
        or duties.open_tasks > 0
        or (duties.last_end is not None and duties.last_end > valid_to)
    )
    if starts_late or ends_early:
        return CadreHasDuties(**duties.open)
    return None
