"""Registers of invented people in the national list's columns, as .csv and .xlsx."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import xlsxwriter

from services.households.domain.id_number import check_character
from services.households.domain.register_columns import Column
from services.households.storage.shipped_regions import shipped_regions

RELATIONS = ("户主", "配偶", "之子", "之女", "之母")
FAMILY = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超兰霞平刚桂英建国秀华文玉春生"
Rows = list[tuple[str, ...]]


def people(count: int) -> Iterator[tuple[str, ...]]:
    """So many rows of the national list: households of one to five people, spread over the villages of the place."""
    chance, villages = Random(5), _villages()
    done = household = 0
    while done < count:
        household += 1
        size = min(1 + household % len(RELATIONS), count - done)
        shared = _household(household, size, villages[household * len(villages) * 3 // count % len(villages)], chance)
        for place in range(size):
            done += 1
            cells = shared | _person(household, place, done, chance)
            yield tuple(cells.get(column, "") for column in Column)


def _villages() -> list[tuple[str, str, str]]:
    """County, township and village by name."""
    named = {place.code: place.name for place in shipped_regions()}
    return [
        (named[place.code[:6]], named[place.code[:9]], place.name)
        for place in shipped_regions()
        if place.level == "village" and place.code.startswith("5119")
    ]


def _household(number: int, size: int, village: tuple[str, str, str], chance: Random) -> dict[Column, str]:
    return {
        **dict(zip((Column.COUNTY, Column.TOWNSHIP, Column.VILLAGE), village, strict=True)),
        Column.DATA_DATE: "2023-12-31",
        Column.GROUP: f"{1 + number % 8}组",
        Column.HOUSEHOLD_NUMBER: f"5119{number:012d}",
        Column.SIZE: str(size),
        Column.CAUSE: chance.choice(("因病", "因残", "缺技术", "缺劳力", "因学")),
        Column.DANGEROUS_HOUSE: "否",
        Column.SAFE_WATER: "是",
        Column.NET_INCOME: f"{chance.randrange(500_000, 3_000_000) / 100:.2f}",
        Column.HOUSEHOLD_PHONE: f"138{number:08d}",
        Column.FIRST_IDENTIFIED: "2014-01-01",
        Column.HOUSEHOLD_TYPE: "脱贫户",
    }


def _person(household: int, place: int, sequence: int, chance: Random) -> dict[Column, str]:
    born = date(1940 + 12 * place, 1, 1) + timedelta(days=household // 400 % 4000)
    digits = f"51302{place}{born:%Y%m%d}{household % 400 * 2 + (household + place) % 2:03d}"
    return {
        Column.SEQUENCE: str(sequence),
        Column.PERSON_NUMBER: f"5119{household:012d}{place:02d}",
        Column.NAME: chance.choice(FAMILY) + "".join(chance.choices(GIVEN, k=2)),
        Column.ID_NUMBER: digits + check_character(digits),
        Column.RELATION: RELATIONS[place],
        Column.ETHNICITY: "汉族",
        Column.EDUCATION: "初中",
        Column.HEALTH: "健康",
        Column.LABOUR_SKILL: "普通劳动力",
        Column.WORK_MONTHS: str(chance.randrange(13)),
        Column.SERIOUS_ILLNESS_INSURANCE: "是",
        Column.PERSON_PHONE: f"139{household:07d}{place}" if place < 2 else "",
        Column.PERSON_IDENTIFIED: "2014-01-01",
    }


def write_csv(path: Path, rows: Rows) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as text:
        csv.writer(text).writerows([[column.value for column in Column], *rows])
    return path


def write_xlsx(path: Path, rows: Rows) -> Path:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("成员")
        for row, cells in enumerate([tuple(column.value for column in Column), *rows]):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)
    return path
