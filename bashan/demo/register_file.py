"""`demo/register.xlsx`: the township's households on the poverty list, as the national list prints them."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import xlsxwriter

from bashan.demo.population import REGISTER_COLUMNS, DemoUnit, register_rows

TITLE = "示范数据：建档立卡信息（全部为虚构人员）"


def write_register(path: Path, units: Iterable[DemoUnit], data_date: date) -> None:
    """A title above the header, text cells for numbers that a table program would spoil."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("信息")
        sheet.write_string(0, 0, TITLE)
        for place, column in enumerate(REGISTER_COLUMNS):
            sheet.write_string(1, place, column)
        line = 1
        for unit in units:
            for row in register_rows(unit.plan.row, unit.households, data_date):
                line += 1
                for place, cell in enumerate(row):
                    if isinstance(cell, int):
                        sheet.write_number(line, place, cell)
                    else:
                        sheet.write_string(line, place, cell)
