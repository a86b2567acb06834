"""What does the register hold of a household beside its people? Address, list status, causes, watch, dates."""

from dataclasses import dataclass
from datetime import date

from bashan.demo.population.allocation import AllocationRow
from bashan.demo.population.calendar import add_months
from bashan.demo.population.dice import Dice
from bashan.demo.population.family import CHILD, INFIRM, OLD, STUDENT, Person
from bashan.demo.population.people import DEMO_MARK

POVERTY_TYPES = ("生活环境恶劣型", "生产条件落后型", "技能缺乏型", "产业滞后型")
UNSTABLE, MARGINAL, SUDDEN = "脱贫不稳定户", "边缘易致贫户", "突发严重困难户"
_GROUP_SIZE = 45
_EXITED_PERCENT = 25
_WATCHED_PERCENT = 4
_MARGINAL_PER_THOUSAND = 12


@dataclass(frozen=True, slots=True)
class ListState:
    """A household's standing on the poverty and monitored lists."""

    status: str = "general"
    poverty_type: str | None = None
    causes: tuple[str, ...] = ()
    first_identified: date | None = None
    exited_on: date | None = None
    monitoring_class: str | None = None
    risk_identified: date | None = None
    risk_removed: date | None = None


def group_and_address(row: AllocationRow, number: int) -> tuple[str, str]:
    """The villagers' group and the marked address of household `number` of the unit."""
    group = f"{(number - 1) // _GROUP_SIZE + 1}组"
    place = (number - 1) % _GROUP_SIZE + 1
    return group, f"{row.county}{row.town}{row.short_name}{group}{place}号（{DEMO_MARK}）"


def register_number(unit_code: str, number: int) -> str:
    """户编号: the unit's code and the household's place in it."""
    return f"{unit_code}{number:04d}"


def handbook_number(unit_code: str, number: int) -> str:
    """The marked number of the poverty handbook."""
    return f"{DEMO_MARK}-{unit_code}-{number:04d}"


def list_state(dice: Dice, poor: bool, family: list[Person], trained: str, today: date) -> ListState:
    """Status, type, causes and dates; causes fit the family (no schooling cost without pupils)."""
    if not poor:
        if dice.below(1000) >= _MARGINAL_PER_THOUSAND:
            return ListState()
        kind, found, removed = _watch(dice, today, (MARGINAL, MARGINAL, SUDDEN))
        return ListState("general", None, (), None, None, kind, found, removed)
    identified = add_months(today, -dice.between(80, 140)).replace(day=dice.pick((1, 15)))
    causes = _causes(dice, family, trained)
    kind_of_poverty = POVERTY_TYPES[2] if "缺技术" in causes else dice.pick(POVERTY_TYPES)
    if not dice.chance(_EXITED_PERCENT):
        return ListState("poor", kind_of_poverty, causes, identified)
    exited = add_months(identified, dice.between(18, 60)).replace(day=28)
    if not dice.chance(_WATCHED_PERCENT):
        return ListState("out_of_poverty", kind_of_poverty, causes, identified, exited)
    watch = _watch(dice, today, (UNSTABLE,))
    return ListState("out_of_poverty", kind_of_poverty, causes, identified, exited, *watch)


def _watch(dice: Dice, today: date, kinds: tuple[str, ...]) -> tuple[str, date, date | None]:
    found = add_months(today, -dice.between(4, 18))
    return dice.pick(kinds), found, add_months(found, 3) if dice.chance(40) else None


def _causes(dice: Dice, family: list[Person], trained: str) -> tuple[str, ...]:
    stages = {person.stage for person in family}
    fitting = ["缺资金", "交通条件落后", "自身发展力不足"]
    fitting += ["因残"] if INFIRM in stages else []
    fitting += ["因学"] if stages & {STUDENT, CHILD} else []
    fitting += ["因病"] if OLD in stages else ["因灾"]
    fitting += ["缺技术"] if trained == "none" else []
    fitting += ["缺劳力"] if len(family) > 2 * sum(person.stage == "worker" for person in family) else []
    return tuple(dice.shuffled(fitting)[: 1 + dice.chance(40)])
