"""How does a row of an office's table of units or cadres read? Headings, values in Chinese, what is refused and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from re import Pattern
from re import compile as pattern
from typing import Final, Literal, TypeAlias
from uuid import UUID

TableKind = Literal["units", "cadres"]
Text: TypeAlias = str | None

UNIT_HEADINGS: Final = ("编号", "单位名称", "级别", "类别", "行政区划代码", "联建类型")
CADRE_HEADINGS: Final = (
    "编号", "单位名称", "姓名", "职级", "行政区划代码", "任职日期", "离任日期", "联系电话",
)  # fmt: skip
NEEDED: Final[Mapping[TableKind, tuple[str, ...]]] = {
    "units": ("单位名称", "级别", "类别", "行政区划代码"),
    "cadres": ("单位名称", "姓名", "职级", "行政区划代码", "任职日期"),
}
HEADINGS: Final[Mapping[TableKind, tuple[str, ...]]] = {"units": UNIT_HEADINGS, "cadres": CADRE_HEADINGS}
LEVELS: Final = {
    "中央": "central", "省级": "province", "市级": "city", "县级": "county", "乡镇": "township", "村级": "village",
}  # fmt: skip
KINDS: Final = {
    "党支部": "party_branch", "机关": "government_unit", "事业单位": "public_institution", "企业": "enterprise",
    "合作社": "cooperative", "社会组织": "social_organisation", "联合党组织": "joint_branch",
}  # fmt: skip
JOINT: Final = {"地域相邻": "adjacent", "产业相融": "industry", "村企互补": "complementary", "重点群体": "key_groups"}
RANKS: Final = {
    "市级领导": "city_leader", "县级领导": "county_leader", "正科级": "section_head", "副科级": "deputy_section_head",
    "科员": "staff", "技术人员": "technician", "党员": "party_member",
}  # fmt: skip
SENTENCES: Final[Mapping[str, str]] = {
    "cell_missing": "这一栏必须填写。",
    "value_unknown": "这一栏只能填规定的值：{allowed}。",
    "region_unreadable": "行政区划代码应为 2、4、6、9 或 12 位数字。",
    "region_outside": "这个地方不在您负责的范围内。",
    "date_unreadable": "日期请写成 2024-03-01 的样子。",
    "phone_unreadable": "联系电话应为 11 位手机号或带区号的座机号。",
    "id_unreadable": "编号不是系统导出的编号；新增的请把这一栏留空。",
    "id_unknown": "没有这个编号，或者您无权修改；新增的请把这一栏留空。",
    "text_too_long": "这一栏最多 100 个字。",
    "unit_unknown": "没有这个单位，请先导入单位，或核对单位名称。",
    "unit_ambiguous": "有几个同名的单位，请在单位名称后用括号写上行政区划代码，如“教育局(511921)”。",
    "row_twice": "表里前面已有同一个人（单位），每人（单位）只写一行。",
    "cadre_ambiguous": "这个单位有几个同名的干部，请填写导出表里的编号。",
    "joint_kind_only_for_joint_branch": "只有联合党组织才填联建类型。",
}
_PHONE: Final[Pattern[str]] = pattern(r"1[3-9][0-9]{9}|0[1-9][0-9]{8,10}")
_DATE: Final[Pattern[str]] = pattern(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?(?: 00:00:00)?")
_UNIT: Final[Pattern[str]] = pattern(r"(.+?)(?:[(（]([0-9]{2,12})[)）])?")
AS_TYPED: Final = frozenset({"单位名称", "姓名"})
"""Names are compared and kept as they are typed, full-width brackets too."""
_LONGEST: Final = 100
_REGION_DIGITS: Final = frozenset({2, 4, 6, 9, 12})


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """One fault of a row: in which column, which, and the sentence for whoever wrote it. Never the value."""

    row: int
    column: str
    code: str
    sentence: str


class RowRefused(Exception):  # noqa: N818 - reads as what happened
    """Raised while a row is read; `column` and `code` name the fault, `sentence` says another than the code's."""

    def __init__(self, column: str, code: str, sentence: str = "", **more: str) -> None:
        super().__init__(code)
        self.column, self.code = column, code
        self.sentence = sentence or SENTENCES[code].format(**more)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as it reads: the id that it names, if any, and its values in the system's own words."""

    row: int
    own_id: UUID | None
    values: Mapping[str, Text] = field(default_factory=dict)

    def must(self, heading: str) -> str:
        """Raises RowRefused for a blank."""
        value = self.values.get(heading)
        if value is None:
            raise RowRefused(heading, "cell_missing")
        if len(value) > _LONGEST:
            raise RowRefused(heading, "text_too_long")
        return value

    def one_of(self, heading: str, words: Mapping[str, str], *, needed: bool = True) -> str | None:
        """The system's word for the table's; both are understood. Raises RowRefused."""
        if not needed and self.values.get(heading) is None:
            return None
        said = self.must(heading)
        if said in words.values():
            return said
        if said not in words:
            raise RowRefused(heading, "value_unknown", allowed="、".join(words))
        return words[said]

    def region(self, scope: Sequence[str]) -> str:
        """A code within the places of whoever imports. Raises RowRefused."""
        code = self.must("行政区划代码")
        if len(code) not in _REGION_DIGITS or not (code.isascii() and code.isdigit()):
            raise RowRefused("行政区划代码", "region_unreadable")
        if not any(code.startswith(place) for place in scope):
            raise RowRefused("行政区划代码", "region_outside")
        return code

    def day(self, heading: str) -> date | None:
        """Raises RowRefused for what is no date."""
        said = self.values.get(heading)
        if said is None:
            return None
        found = _DATE.fullmatch(said)
        try:
            return date(*(int(part) for part in found.groups())) if found else _unreadable(heading)
        except ValueError:
            return _unreadable(heading)

    def phone(self) -> str | None:
        """None for a blank and for a masked one, which both leave what is stored. Raises RowRefused."""
        said = (self.values.get("联系电话") or "").replace(" ", "").replace("-", "")
        if not said or "*" in said:
            return None
        if not _PHONE.fullmatch(said):
            raise RowRefused("联系电话", "phone_unreadable")
        return said


def unit_named(said: str) -> tuple[str, str | None]:
    """The name of a unit and the code of its place, if it stands behind the name in brackets.

    >>> unit_named("水利局（示范）(511921)"), unit_named("水利局（示范）")
    (('水利局（示范）', '511921'), ('水利局（示范）', None))
    """
    found = _UNIT.fullmatch(said)
    return (found[1], found[2]) if found else (said, None)


def own_id_of(said: Text) -> UUID | None:
    """Raises RowRefused for what is no id."""
    if said is None:
        return None
    try:
        return UUID(said)
    except ValueError:
        raise RowRefused("编号", "id_unreadable") from None


def _unreadable(heading: str) -> date:
    raise RowRefused(heading, "date_unreadable")
