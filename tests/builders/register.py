"""Register files in the national list's format, full of invented people with valid ID numbers."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import xlsxwriter

from services.households.domain.id_number import check_character
from services.households.domain.register_columns import Column
from shared.sheets.cells import Cell

_FAMILY_NAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN_NAMES = "伟芳娜敏静丽强磊军洋勇艳杰涛明超兰霞平刚桂英建国秀华文玉春生"
_FULL_WIDTH = {ord(half): chr(ord(half) + 0xFEE0) for half in "0123456789(),-"}
_SERIAL_ZERO = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """One row's own cells, as the national list writes them."""

    name: str
    id_number: str
    relation: str
    person_number: str = ""
    ethnicity: str = "汉族"
    education: str = "初中"
    schooling: str = ""
    health: str = "健康"
    labour_skill: str = "普通劳动力"
    work_months: int = 6
    insurance: str = "是"
    phone: str = ""
    identified: date = date(2014, 1, 1)


@dataclass(frozen=True, slots=True)
class InventedHousehold:
    """A household's cells, repeated on each of its rows. `size` is None for "as many as there are people"."""

    number: str
    people: tuple[InventedPerson, ...]
    county: str = "通江县"
    township: str = "龙凤场镇"
    village: str = "环山村"
    group: str = "一组"
    size: int | None = None
    cause: str = "因病"
    dangerous_house: str = "否"
    safe_water: str = "是"
    net_income_cents: int = 1_234_567
    phone: str = "13800000001"
    first_identified: date = date(2014, 1, 1)
    kind: str = "脱贫户"
    monitoring: str = ""
    risk_removed: str = ""
    risk_identified: date | None = None
    risk_removed_on: date | None = None
    data_date: date = date(2023, 12, 31)


@dataclass(frozen=True, slots=True)
class RegisterStyle:
    """How an office writes its file. `dates`: iso, slash, compact, chinese, serial, cell; `amounts`: plain,
    separators, yuan, number; `columns`: another order, or fewer; `extra_columns` are the office's own; `encoding`
    and `delimiter` are for .csv."""

    header_row: int = 1
    dates: str = "iso"
    amounts: str = "plain"
    full_width: bool = False
    columns: tuple[Column, ...] = tuple(Column)
    extra_columns: tuple[str, ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","


def invented_id_number(birth: date, serial: int, *, male: bool, region: str = "513027") -> str:
    """A number with a true check character; `serial` 0–499 and the sex make its three serial digits."""
    digits = f"{region}{birth:%Y%m%d}{serial % 500 * 2 + male:03d}"
    return digits + check_character(digits)


def invent_household(index: int, members: int = 3, **facts: object) -> InventedHousehold:
    """The household number `index`, always the same; its people differ from those of any other below 5 million."""
    random = Random(index)  # noqa: S311 - invented people, the same each time
    day, serial = divmod(index, 250)
    people = []
    relations = ("户主", "配偶", "之子", "之女", "之母", "之父", *["其他"] * 20)
    for place, relation in enumerate(relations[:members]):
        male = relation in {"户主", "之子", "之父"}
        birth = date(1920 + 4 * place, 1, 1) + timedelta(days=day)
        name = random.choice(_FAMILY_NAMES) + "".join(random.choices(_GIVEN_NAMES, k=2))
        people.append(
            InventedPerson(
                name=name,
                id_number=invented_id_number(birth, 2 * serial + 1, male=male, region=f"51302{place % 9}"),
                relation=relation,
                person_number=f"5119{index:010d}{place:02d}",
                phone=f"139{index % 10_000_000:07d}{place % 10}" if place < 2 else "",
                work_months=random.randrange(13),
            )
        )
    household = InventedHousehold(
        number=f"5119210{index:09d}",
        people=tuple(people),
        phone=f"138{index % 100_000_000:08d}",
        net_income_cents=random.randrange(500_000, 3_000_000),
    )
    return replace(household, **facts)  # type: ignore[arg-type] # the tests name fields of the household


def register_rows(households: Iterable[InventedHousehold], style: RegisterStyle = RegisterStyle()) -> list[list[Cell]]:
    """The whole table: title rows, header, one row a person."""
    rows: list[list[Cell]] = [["全国防返贫监测信息系统 家庭成员信息表"], *[[] for _ in range(style.header_row - 2)]]
    if style.header_row == 1:
        rows = []
    rows.append([*(_heading(column, style) for column in style.columns), *style.extra_columns])
    sequence = 0
    for household in households:
        for person in household.people:
            sequence += 1
            cells = _cells(household, person, sequence, style)
            rows.append([*(cells[column] for column in style.columns), *["备"] * len(style.extra_columns)])
    return rows


def write_register(path: Path, households: Iterable[InventedHousehold], style: RegisterStyle = RegisterStyle()) -> Path:
    """Writes a .csv or .xlsx, by the path's ending."""
    return write_rows(path, register_rows(households, style), style)


def write_rows(path: Path, rows: Sequence[Sequence[Cell]], style: RegisterStyle = RegisterStyle()) -> Path:
    """Writes any table as a .csv or .xlsx, by the path's ending."""
    if path.suffix == ".csv":
        with path.open("w", encoding=style.encoding, newline="") as text:
            csv.writer(text, delimiter=style.delimiter).writerows(rows)
        return path
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("成员")
        day_format = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, day_format)
                else:
                    sheet.write(row, column, cell)
    return path


def _cells(
    household: InventedHousehold, person: InventedPerson, sequence: int, style: RegisterStyle
) -> dict[Column, Cell]:
    size = len(household.people) if household.size is None else household.size
    return {
        Column.SEQUENCE: str(sequence),
        Column.DATA_DATE: _date(household.data_date, style),
        Column.COUNTY: household.county,
        Column.TOWNSHIP: household.township,
        Column.VILLAGE: household.village,
        Column.GROUP: household.group,
        Column.HOUSEHOLD_NUMBER: _digits(household.number, style),
        Column.PERSON_NUMBER: _digits(person.person_number, style),
        Column.NAME: person.name,
        Column.ID_NUMBER: _digits(person.id_number, style),
        Column.SIZE: _digits(str(size), style),
        Column.RELATION: person.relation,
        Column.ETHNICITY: person.ethnicity,
        Column.EDUCATION: person.education,
        Column.SCHOOLING: person.schooling,
        Column.HEALTH: person.health,
        Column.LABOUR_SKILL: person.labour_skill,
        Column.WORK_MONTHS: _digits(str(person.work_months), style),
        Column.SERIOUS_ILLNESS_INSURANCE: person.insurance,
        Column.CAUSE: household.cause,
        Column.DANGEROUS_HOUSE: household.dangerous_house,
        Column.SAFE_WATER: household.safe_water,
        Column.NET_INCOME: _amount(household.net_income_cents, style),
        Column.HOUSEHOLD_PHONE: _digits(household.phone, style),
        Column.PERSON_PHONE: _digits(person.phone, style),
        Column.FIRST_IDENTIFIED: _date(household.first_identified, style),
        Column.PERSON_IDENTIFIED: _date(person.identified, style),
        Column.HOUSEHOLD_TYPE: household.kind,
        Column.MONITORING_TYPE: household.monitoring,
        Column.RISK_REMOVED: household.risk_removed,
        Column.RISK_IDENTIFIED: _date(household.risk_identified, style),
        Column.RISK_REMOVED_ON: _date(household.risk_removed_on, style),
    }


def _heading(column: Column, style: RegisterStyle) -> str:
    if not style.full_width:
        return column.value
    wide = column.value.translate(_FULL_WIDTH)
    return f"{wide[:2]}\n {wide[2:]}"


def _digits(text: str, style: RegisterStyle) -> str:
    return text.translate(_FULL_WIDTH) if style.full_width else text


def _date(day: date | None, style: RegisterStyle) -> Cell:
    if day is None:
        return ""
    written: dict[str, Cell] = {
        "iso": _digits(day.isoformat(), style),
        "slash": f"{day.year}/{day.month}/{day.day}",
        "compact": f"{day:%Y%m%d}",
        "chinese": f"{day.year}年{day.month}月{day.day}日",
        "serial": (day - _SERIAL_ZERO).days,
        "cell": day,
    }
    return written[style.dates]


def _amount(cents: int, style: RegisterStyle) -> Cell:
    match style.amounts:
        case "plain":
            return _digits(f"{cents // 100}.{cents % 100:02d}", style)
        case "separators":
            return f"{cents // 100:,}.{cents % 100:02d}"
        case "yuan":
            return f"{cents // 100}.{cents % 100:02d}元"
        case _:
            return cents / 100
