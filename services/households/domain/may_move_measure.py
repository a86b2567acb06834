"""May this measure go to that state now, by this person?

`planned → under_way → done → accepted`; what was reported done is accepted, or sent back, by a second person.
"""

from services.households.domain.measure import NEXT, Measure, State
from services.households.domain.plan_errors import MeasureNoteNeeded, MeasureSpentAbovePlan, MeasureStepNotAllowed
from services.households.domain.second_person import second_person
from shared.errors import Failure


def may_move_measure(measure: Measure, to: State, person: str, spent_cents: int, note: str | None) -> Failure | None:
    """None when it may, else the reason why not. `spent_cents` is what was used until now."""
    if to not in NEXT[measure.state]:
        return MeasureStepNotAllowed(allowed=list(NEXT[measure.state]))
    if measure.state == "done" and (refusal := second_person(person, measure.done_by)) is not None:
        return refusal
    if (to == "cancelled" or (measure.state == "done" and to == "under_way")) and not note:
        return MeasureNoteNeeded()
    if to == "done" and spent_cents > measure.facts.amount_cents:
        return MeasureSpentAbovePlan()
    return None
