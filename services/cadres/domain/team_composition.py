"""Is this resident team made up as it must be? (四.8 选派干部驻村: 分管领导任队长、一名中层干部、一名乡镇包村干部)"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal
from uuid import UUID

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.policy import Policy
from services.cadres.domain.posting import TEAM_LEADER, TeamMember

TeamFlaw = Literal["too_small", "leader", "mid_level", "township"]
_MID_LEVEL: Final = "mid_level"
_TOWNSHIP: Final = "township"
_TOWNSHIP_DIGITS = 9


def team_flaws(
    members: Sequence[TeamMember],
    cadres: Mapping[UUID, Cadre],
    *,
    sending_unit: UUID | None,
    village_code: str,
    policy: Policy,
) -> tuple[TeamFlaw, ...]:
    """What is amiss, nothing when the team is whole. `cadres` holds those of the members who count (in office).

    One leader, a deputy head (or higher) of the sending unit; a mid-level cadre of that unit; a cadre who works in the
    village's township.
    """
    flaws: list[TeamFlaw] = []
    present = [(member.role, cadres[member.cadre_id]) for member in members if member.cadre_id in cadres]
    if len({cadre.cadre_id for _, cadre in present}) < policy.team_least_people:
        flaws.append("too_small")
    leaders = [cadre for role, cadre in present if role == TEAM_LEADER]
    if len(leaders) != 1 or leaders[0].unit_id != sending_unit or leaders[0].rank not in policy.team_leader_ranks:
        flaws.append("leader")
    if not any(role == _MID_LEVEL and cadre.unit_id == sending_unit for role, cadre in present):
        flaws.append("mid_level")
    township = village_code[:_TOWNSHIP_DIGITS]
    if not any(role == _TOWNSHIP and cadre.region_code[:_TOWNSHIP_DIGITS] == township for role, cadre in present):
        flaws.append("township")
    return tuple(flaws)
