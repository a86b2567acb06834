"""Where does a monitoring case (监测对象) stand, and where may it go from there?

    found ──────► in_danger ──► removal_proposed ──► removed
      └─(no danger)─────────────────▲    │              │
      ▲◄───────────(not agreed)──────────┘              │
      └─────────────────────(reopened)──────────────────┘

A home check (入户核实) finds danger, and of which class, or none. Whoever says that there is no danger (any more)
proposes it; only a second person's confirmation removes it. A yearly watch in which all is well ends at once: no danger
was ever said to be there. Whatever happens, the record stays (report 四.8).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.households.domain.opens_case import WATCH

FOUND, IN_DANGER, REMOVAL_PROPOSED, REMOVED = "found", "in_danger", "removal_proposed", "removed"
STATES = (FOUND, IN_DANGER, REMOVAL_PROPOSED, REMOVED)

# 脱贫不稳定户, 边缘易致贫户, 突发严重困难户.
DANGERS = ("unstable", "marginal", "sudden")
UNCLASSIFIED = "unclassified"


@dataclass(frozen=True, slots=True)
class MonitoringCase:
    """`danger`: a class of DANGERS, before a check UNCLASSIFIED or WATCH. `check_due_on`: a home check is to come.

    `proposed_by` proposed to remove the danger; `version` counts the steps.
    """

    household_id: UUID
    case_id: UUID
    origin: str
    opened_on: date
    state: str = FOUND
    danger: str = UNCLASSIFIED
    check_due_on: date | None = None
    due_provisional: bool = False
    checked_on: date | None = None
    proposed_by: str | None = None
    removed_on: date | None = None
    version: int = 1

    @property
    def open(self) -> bool:
        return self.state != REMOVED

    @property
    def classified(self) -> bool:
        return self.danger in DANGERS

    @property
    def allowed(self) -> tuple[str, ...]:
        """The states to which it may go now."""
        if self.state == FOUND:
            return (IN_DANGER, REMOVED) if self.danger == WATCH else (IN_DANGER, REMOVAL_PROPOSED)
        if self.state == IN_DANGER:
            return (IN_DANGER, REMOVAL_PROPOSED)
        if self.state == REMOVAL_PROPOSED:
            return (REMOVED, self.before_proposal)
        return (FOUND,)

    @property
    def before_proposal(self) -> str:
        return IN_DANGER if self.classified else FOUND

    def overdue(self, today: date) -> bool:
        return self.check_due_on is not None and self.check_due_on < today
