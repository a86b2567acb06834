"""The invented households and their people, as the generator hands them out."""

from dataclasses import dataclass
from datetime import date

ON_POVERTY_LIST = frozenset({"poor", "out_of_poverty"})
DEMO_MARK = "示范"


@dataclass(frozen=True, slots=True)
class DemoMember:
    """One invented person.

    `sex` is male or female; `skill`, `education`, `schooling` and `health` are the national register's words,
    with no education before school age. `trained` is the household's skill fact (none | training |
    certificate), carried by its head. `has_capacity` is True for the able-bodied workers, all of whom are
    between 16 and 59.
    """

    member_id: str
    name: str
    id_number: str
    sex: str
    birth_date: date
    relation: str
    ethnicity: str
    education: str | None
    schooling: str
    health: str
    skill: str
    has_capacity: bool
    trained: str
    work_months: int
    insured: bool
    phone: str | None


@dataclass(frozen=True, slots=True)
class DemoHousehold:
    """One invented household, head first among its members; `demo` is always True.

    `status` is general, poor or out_of_poverty (left poverty, still on the list and helped); the allocation's
    poor households are the latter two, `on_poverty_list`. Those under watch, of any status but poor, have a
    `monitoring_class` in the register's words.
    `income_per_head_cents` is the year's net income per head, rounded down, as the register prints it.
    """

    household_id: str
    village_code: str
    group: str
    address: str
    phone: str
    register_number: str
    handbook_number: str | None
    status: str
    poverty_type: str | None
    causes: tuple[str, ...]
    first_identified: date | None
    exited_on: date | None
    monitoring_class: str | None
    risk_identified: date | None
    risk_removed: date | None
    dangerous_housing: bool
    safe_water: bool
    income_per_head_cents: int
    members: tuple[DemoMember, ...]
    demo: bool = True

    @property
    def on_poverty_list(self) -> bool:
        return self.status in ON_POVERTY_LIST
