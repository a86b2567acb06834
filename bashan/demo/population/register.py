"""How would the offices' national list print these households? One row per person, 32 columns (domain rules 1.3)."""

from collections.abc import Iterable, Iterator
from datetime import date

from bashan.demo.population.allocation import AllocationRow
from bashan.demo.population.people import DemoHousehold, DemoMember

REGISTER_COLUMNS = (
    "序号",
    "数据日期",
    "县(市、区、旗)",
    "乡(镇)",
    "行政村",
    "自然村",
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "人数",
    "与户主关系",
    "民族",
    "文化程度",
    "在校生状况",
    "健康状况",
    "劳动技能",
    "务工时间（月）",
    "是否参加大病保险",
    "致贫原因1",
    "危房户",
    "是否解决安全饮用水",
    "人均纯收入",
    "户联系电话",
    "人联系电话",
    "首次识别时间",
    "人员识别时间",
    "户类型",
    "易返贫致贫户(监测对象)类型",
    "风险是否消除",
    "风险识别时间",
    "风险消除时间",
)
_HOUSEHOLD_TYPES = {"poor": "一般贫困户", "out_of_poverty": "脱贫户", "general": "一般农户"}

Cell = str | int


def register_rows(row: AllocationRow, households: Iterable[DemoHousehold], data_date: date) -> Iterator[list[Cell]]:
    """The list's rows for the households of one unit that are on the poverty list; cells in column order.

    Amounts are in yuan with two decimals and a separator, dates as ISO text, blanks are empty text.
    """
    number = 0
    for household in households:
        if household.on_poverty_list:
            shared = _household_cells(household)
            for place, member in enumerate(household.members, start=1):
                number += 1
                yield _row(number, data_date, row, household, place, member, shared)


def _household_cells(household: DemoHousehold) -> list[Cell]:
    cents = household.income_per_head_cents
    return [
        household.causes[0] if household.causes else "",
        _yes(household.dangerous_housing),
        _yes(household.safe_water),
        f"{cents // 100:,}.{cents % 100:02d}",
        household.phone,
    ]


def _row(
    number: int,
    data_date: date,
    row: AllocationRow,
    household: DemoHousehold,
    place: int,
    member: DemoMember,
    shared: list[Cell],
) -> list[Cell]:
    first_identified = _day(household.first_identified)
    return [
        number,
        data_date.isoformat(),
        row.county,
        row.town,
        row.short_name,
        household.group,
        household.register_number,
        f"{household.register_number}{place:02d}",
        member.name,
        member.id_number,
        len(household.members),
        member.relation,
        member.ethnicity,
        member.education or "",
        member.schooling,
        member.health,
        member.skill,
        member.work_months,
        _yes(member.insured),
        *shared,
        member.phone or "",
        first_identified,
        first_identified,
        _HOUSEHOLD_TYPES[household.status],
        household.monitoring_class or "",
        _yes(household.risk_removed is not None) if household.monitoring_class else "",
        _day(household.risk_identified),
        _day(household.risk_removed),
    ]


def _yes(value: bool) -> str:
    return "是" if value else "否"


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
