"""Which of a unit's households are graded, vetoed, in arrears, unrated, and which are poor?"""

from dataclasses import dataclass

from bashan.demo.population.dice import Dice
from bashan.demo.population.plan import UnitPlan

CREDIT, VETOED, BAD, NONE, UNRATED = "credit", "vetoed", "bad", "none", "unrated"
# How readily a role falls to a poor household; where a society stands, it has brought the poor to credit.
_POOR_WEIGHT = {CREDIT: 96, VETOED: 100, BAD: 100, NONE: 104, UNRATED: 104}
_POOR_WEIGHT_BY_SOCIETY = {**_POOR_WEIGHT, CREDIT: 135}


@dataclass(frozen=True, slots=True)
class Seat:
    """The part that household `number` (from 1) of a unit must play; `band` is where its points must fall."""

    number: int
    role: str
    band: str
    poor: bool

    @property
    def rated(self) -> bool:
        return self.role != UNRATED


def assign_seats(dice: Dice, plan: UnitPlan) -> list[Seat]:
    """All seats of the unit in the order of their numbers, exactly as many of each role as planned."""
    row = plan.row
    parts = [(CREDIT, "AAA")] * plan.aaa + [(CREDIT, "AA")] * plan.aa + [(CREDIT, "A")] * plan.a
    parts += [(VETOED, _passing_band(dice)) for _ in range(plan.vetoed)]
    parts += [(BAD, "A" if dice.chance(30) else "none") for _ in range(plan.bad)]
    parts += [(NONE, "none")] * plan.none
    parts += [(UNRATED, "any")] * (row.households - row.rated_households)
    parts = dice.shuffled(parts)
    weights = _POOR_WEIGHT_BY_SOCIETY if plan.society_balance_cents else _POOR_WEIGHT
    by_chance = sorted(range(row.households), key=lambda i: (dice.random() / weights[parts[i][0]], i))
    poor = set(by_chance[: row.poor_households])
    return [Seat(i + 1, role, band, i in poor) for i, (role, band) in enumerate(parts)]


def _passing_band(dice: Dice) -> str:
    return ("A", "AA", "AAA")[dice.weighted((85, 97, 100))]
