"""What does a pairing plan come to? The figures that people decide by."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from services.cadres.domain.pairing_plan import PairingPlan, PlanCadre

_TOWNSHIP, _COUNTY = 9, 6


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """Households: `households` = `kept` + `new` + `moved` + `left_out`; of new and moved, how near their cadre is.

    `cadres` may get households, `room` is how many more they might answer for before the plan; `loads` says how many
    cadres end with how many households.
    """

    households: int
    kept: int
    new: int
    moved: int
    left_out: int
    left_out_reason: str | None
    cadres: int
    room: int
    own_township: int
    own_county: int
    elsewhere: int
    loads: dict[str, int]


def figures_of(plan: PairingPlan, cadres: Iterable[PlanCadre]) -> PlanFigures:
    everyone = {one.cadre_id: one for one in cadres}
    places = [(everyone[line.cadre_id].region_code, line.household.village_code) for line in plan.lines]
    near = Counter(_nearness(cadre, village) for cadre, village in places)
    moved = sum(1 for line in plan.lines if line.before is not None)
    return PlanFigures(
        households=len(plan.kept) + len(plan.lines) + len(plan.left_out),
        kept=len(plan.kept),
        new=len(plan.lines) - moved,
        moved=moved,
        left_out=len(plan.left_out),
        left_out_reason=plan.left_out_reason,
        cadres=len(plan.given),
        room=sum(max(0, everyone[cadre_id].most - everyone[cadre_id].held) for cadre_id in plan.given),
        own_township=near[_TOWNSHIP],
        own_county=near[_COUNTY],
        elsewhere=near[0],
        loads={str(load): count for load, count in sorted(Counter(plan.loads.values()).items())},
    )


def _nearness(cadre: str, village: str) -> int:
    for digits in (_TOWNSHIP, _COUNTY):
        if len(cadre) >= digits and cadre[:digits] == village[:digits]:
            return digits
    return 0
