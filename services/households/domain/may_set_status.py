"""May this write change a household's poverty status (general, poor, out of poverty)?

The course (三审两公示一录入) is the way onto the list and off it. Beside it stands taking over what the national
register holds already: its import, and a county's or the city's office that takes over a department's list, or that
registers a household anew. While a household is on its course nobody but the course changes its status; the register
is taken as it comes, and the county's entry then sees that the status no longer fits.
"""

from services.households.domain.identification_errors import StatusByCourse, StatusOnCourse
from shared.errors import RuleBroken

TAKES_OVER = frozenset({"department"})
"""Sources of a change by which an office takes a status over from a list of its superiors."""


def may_set_status(
    before: str, after: str, *, source: str, county_office: bool, on_course: bool
) -> type[RuleBroken] | None:
    """The reason why not, or None. `before` of a household that is being registered is `general`."""
    if before == after:
        return None
    if on_course:
        return StatusOnCourse
    return None if county_office and source in TAKES_OVER else StatusByCourse
