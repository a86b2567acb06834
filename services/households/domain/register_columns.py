"""Where does each column of a register stand?

The national list has 32 columns. Offices hand them in any order, under a title, with full-width brackets, line
breaks inside names, columns of their own, and the names of earlier editions (domain rules 1.3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.households.domain.errors import RegisterColumnsMissing, RegisterColumnsRepeated, RegisterHeaderNotFound
from services.households.domain.masking import mask_text
from shared.sheets.cells import Cell, squeezed, text_of

ROWS_SEARCHED = 20
_NAMES_THAT_MAKE_A_HEADER = 3


class Column(StrEnum):
    """The columns of the national list, by their own names."""

    SEQUENCE = "序号"
    DATA_DATE = "数据日期"
    COUNTY = "县(市、区、旗)"
    TOWNSHIP = "乡(镇)"
    VILLAGE = "行政村"
    GROUP = "自然村"
    HOUSEHOLD_NUMBER = "户编号"
    PERSON_NUMBER = "人编号"
    NAME = "姓名"
    ID_NUMBER = "证件号码"
    SIZE = "人数"
    RELATION = "与户主关系"
    ETHNICITY = "民族"
    EDUCATION = "文化程度"
    SCHOOLING = "在校生状况"
    HEALTH = "健康状况"
    LABOUR_SKILL = "劳动技能"
    WORK_MONTHS = "务工时间（月）"
    SERIOUS_ILLNESS_INSURANCE = "是否参加大病保险"
    CAUSE = "致贫原因1"
    DANGEROUS_HOUSE = "危房户"
    SAFE_WATER = "是否解决安全饮用水"
    NET_INCOME = "人均纯收入"
    HOUSEHOLD_PHONE = "户联系电话"
    PERSON_PHONE = "人联系电话"
    FIRST_IDENTIFIED = "首次识别时间"
    PERSON_IDENTIFIED = "人员识别时间"
    HOUSEHOLD_TYPE = "户类型"
    MONITORING_TYPE = "易返贫致贫户(监测对象)类型"
    RISK_REMOVED = "风险是否消除"
    RISK_IDENTIFIED = "风险识别时间"
    RISK_REMOVED_ON = "风险消除时间"


REQUIRED = (
    Column.VILLAGE,
    Column.HOUSEHOLD_NUMBER,
    Column.NAME,
    Column.ID_NUMBER,
    Column.RELATION,
    Column.SIZE,
)

_OTHER_NAMES: dict[Column, str] = {
    Column.COUNTY: "县 县区 县(区) 县(市、区) 区县 所在县",
    Column.TOWNSHIP: "乡 乡镇 镇 镇(乡) 乡(镇、街道) 乡镇(街道) 所在乡镇",
    Column.VILLAGE: "村 村名 行政村(社区) 村(社区) 所在村",
    Column.GROUP: "村民小组 组 小组 自然村(组) 自然村(村民小组)",
    Column.HOUSEHOLD_NUMBER: "户编码 户号",
    Column.PERSON_NUMBER: "人口编号 人员编号 个人编号",
    Column.NAME: "成员姓名 家庭成员姓名",
    Column.ID_NUMBER: "身份证号 身份证号码 公民身份号码 居民身份证号码 证件号",
    Column.SIZE: "家庭人口数 家庭人数 家庭人口 当前家庭人口数",
    Column.RELATION: "与户主的关系",
    Column.SCHOOLING: "在校状况 在校生情况",
    Column.LABOUR_SKILL: "劳动能力",
    Column.WORK_MONTHS: "务工时间",
    Column.SERIOUS_ILLNESS_INSURANCE: "参加大病医疗 参加大病保险 是否参加大病医疗",
    Column.CAUSE: "致贫原因 主要致贫原因",
    Column.DANGEROUS_HOUSE: "是否危房户 是否危房",
    Column.SAFE_WATER: "解决安全饮用水 是否安全饮水",
    Column.NET_INCOME: "人均纯收入(元) 家庭人均纯收入 年人均纯收入",
    Column.HOUSEHOLD_PHONE: "联系电话",
    Column.PERSON_PHONE: "成员联系电话 人员联系电话",
    Column.PERSON_IDENTIFIED: "贫困人员识别时间",
    Column.MONITORING_TYPE: "监测对象类型 监测对象类别 易返贫致贫户类型",
    Column.RISK_REMOVED: "风险是否已消除",
}


@dataclass(frozen=True, slots=True)
class RegisterColumns:
    """Where a register's columns stand. `header_row` counts from 1; `positions` from 0, for the columns that are
    there; `unknown` names the register's other columns; `width` is how many cells the header fills."""

    header_row: int
    positions: dict[Column, int]
    unknown: tuple[str, ...]
    width: int


def find_columns(rows: Iterable[Sequence[Cell]]) -> RegisterColumns:
    """The columns of the first `ROWS_SEARCHED` rows' best header: the row that knows most names. Reads no more
    rows than that. Raises RegisterHeaderNotFound, RegisterColumnsMissing or RegisterColumnsRepeated."""
    best: tuple[int, int, Sequence[Cell]] | None = None
    for number, (_, cells) in enumerate(zip(range(ROWS_SEARCHED), rows, strict=False), start=1):
        known = len({column for column in map(column_called, cells) if column})
        if known >= _NAMES_THAT_MAKE_A_HEADER and (best is None or known > best[0]):
            best = (known, number, cells)
    if best is None:
        raise RegisterHeaderNotFound
    return _read_header(best[1], best[2])


def column_called(cell: Cell) -> Column | None:
    """The column that a header's cell names, by its own name or one of an earlier edition."""
    return _COLUMN_BY_NAME.get(_plain(cell))


def _read_header(row: int, cells: Sequence[Cell]) -> RegisterColumns:
    names = [_plain(cell) for cell in cells]
    places: dict[Column, list[int]] = {}
    unknown = []
    for position, name in enumerate(names):
        if (column := _COLUMN_BY_NAME.get(name)) is not None:
            places.setdefault(column, []).append(position)
        elif name:
            unknown.append(name)
    repeated = []
    positions = {}
    for column, found in places.items():
        # Beside 户联系电话, a column 联系电话 is one of the office's own.
        chosen = [position for position in found if names[position] == _plain(column.value)] or found
        if len(chosen) > 1:
            repeated.append(column.value)
        positions[column] = chosen[0]
        unknown += [names[position] for position in found if position not in chosen]
    if repeated:
        raise RegisterColumnsRepeated(detail="、".join(repeated))
    if missing := [column.value for column in REQUIRED if column not in positions]:
        raise RegisterColumnsMissing(detail="、".join(missing))
    width = max(position for position, name in enumerate(names) if name) + 1
    return RegisterColumns(row, positions, tuple(mask_text(name) for name in unknown), width)


def _plain(cell: Cell) -> str:
    """A header's text without white space, marks of must-fill columns, or differences of width."""
    return squeezed(text_of(cell)).strip("*＊:：")


_COLUMN_BY_NAME: dict[str, Column] = {
    _plain(name): column for column in Column for name in (column.value, *_OTHER_NAMES.get(column, "").split())
}
