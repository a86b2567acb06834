"""May these stand as a household's causes of poverty? (致贫原因: those of the national list, which is policy data)

The national register comes in as it is, so that a record may hold another word than the list's; it stays until somebody
chooses from the list. By hand, only the list's causes are added.
"""

from collections.abc import Sequence

from services.households.domain.plan_errors import CauseUnknown
from services.households.domain.plan_policy import PlanPolicy
from shared.errors import Failure


def unknown_causes(causes: Sequence[str], standing: Sequence[str], policy: PlanPolicy) -> Failure | None:
    """None when each cause is of today's list or stands in the record already."""
    if set(causes) - set(standing) - set(policy.causes):
        return CauseUnknown(causes="、".join(policy.causes))
    return None
