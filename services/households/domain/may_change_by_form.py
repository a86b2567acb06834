"""Which fields of a household's record may a clerk's form not change, and which way do they go?

What is said of a household's danger of falling (back) into poverty is opened, classified and removed by the monitoring
course, removed by a second person; a form that could write it would be a way around both. Like a status, a county's or
the city's office may take it over from a list of its superiors while no case of the household is open. In which village
a household lives changes by an event with a day, not by an edit.
"""

from services.households.domain.household import HouseholdFacts
from services.households.domain.household_errors import MonitoringByCourse, MonitoringOnCase, VillageByEvent
from services.households.domain.may_set_status import TAKES_OVER
from shared.errors import RuleBroken

MONITORING_FIELDS = ("monitoring_type", "risk_removed", "risk_found_on", "risk_removed_on")


def may_change_by_form(before: HouseholdFacts, after: HouseholdFacts) -> type[RuleBroken] | None:
    """The reason why not, or None; see `may_set_monitoring` for what is said of danger."""
    return VillageByEvent if before.village_code != after.village_code else None


def may_set_monitoring(
    before: HouseholdFacts, after: HouseholdFacts, *, source: str, county_office: bool, case_open: bool
) -> type[RuleBroken] | None:
    """The reason why not, or None. `before` of a household that is being registered says nothing of danger."""
    if all(getattr(before, name) == getattr(after, name) for name in MONITORING_FIELDS):
        return None
    if case_open:
        return MonitoringOnCase
    return None if county_office and source in TAKES_OVER else MonitoringByCourse
