"""Which figures hold on a day? They are policy data: a government sets them, the code only reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Policy:
    """`most_households` bounds a cadre's pairings by rank (54321); terms are in years, the alarm in days.

    Posts of `selection_required` are filled by a passed selection only. `care_months`: how long after the last time
    care is due again. `branch_activities`: what a paired branch does with its village every year.

    On decisions about a person: days for the statement in reply and for an appeal (the first not counted), years for
    which a recall keeps from `barred_posts`, and how many talk-notices in a row lead to a resignation case.
    `visit_kinds`: as what a visit may be entered; `visit_every_days`: how long a household may be without one.
    """

    valid_from: date
    most_households: Mapping[str, int]
    team_least_people: int
    team_leader_ranks: frozenset[str]
    term_years: Mapping[str, int]
    expiring_days: int
    selection_required: frozenset[str] = frozenset()
    care_months: Mapping[str, int] = field(default_factory=dict)
    branch_activities: tuple[str, ...] = ()
    reply_days: int = 0
    appeal_days: int = 0
    bar_years: int = 0
    barred_posts: frozenset[str] = frozenset()
    talk_notices_in_a_row: int = 0
    visit_kinds: frozenset[str] = frozenset()
    visit_every_days: int = 0


def policy_at(policies: Sequence[Policy], day: date) -> Policy:
    """The youngest policy that has begun; the oldest for a day before all of them."""
    by_age = sorted(policies, key=lambda policy: policy.valid_from)
    begun = [policy for policy in by_age if policy.valid_from <= day]
    return begun[-1] if begun else by_age[0]
