import time
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.errors import ValueRefused
from services.households.domain.fuzzy_date import FuzzyDate, Precision, fuzzy_date
from shared.sheets.cells import Cell

NEW_YEAR = FuzzyDate(date(2014, 1, 1))
JANUARY = FuzzyDate(date(2014, 1, 1), Precision.MONTH)


@pytest.mark.parametrize(
    "written",
    [
        "2014-01-01",
        "2014/1/1",
        "2014.1.1",
        "20140101",
        "2014年1月1日",
        "2014年01月01日",
        "２０１４－０１－０１",
        "２０１４年１月１日",
        " 2014-01-01 ",
        "2014-01-01 00:00:00",
        "2014-01-01T08:30",
        "'2014-01-01",
        "41640",
        41640,
        41640.0,
        41640.354,
        20140101.0,
        date(2014, 1, 1),
        datetime(2014, 1, 1, 8, 30),  # noqa: DTZ001 - a cell has no zone
    ],
)
def test_the_ways_registers_write_a_day_are_one_day(written: Cell) -> None:
    assert fuzzy_date(written) == NEW_YEAR


@pytest.mark.parametrize("written", ["2014年1月", "2014年01月", "2014-01", "2014/1", "2014.1", "201401", 201401.0])
def test_a_month_alone_is_its_first_day_and_says_so(written: Cell) -> None:
    assert fuzzy_date(written) == JANUARY


@pytest.mark.parametrize("blank", [None, "", "  ", "无", "-", "—"])
def test_a_blank_date_is_none(blank: Cell) -> None:
    assert fuzzy_date(blank) is None


@pytest.mark.parametrize("year", ["2014", "2014年", 2014.0, 2014])
def test_a_year_alone_is_not_enough(year: Cell) -> None:
    with pytest.raises(ValueRefused) as refused:
        fuzzy_date(year)
    assert refused.value.reason == "date_without_month"


@pytest.mark.parametrize(
    "wrong",
    [
        "2014-13-01",
        "2014-02-30",
        "2014年13月",
        "20141301",
        "1899-12-31",
        "2101-01-01",
        "14-01-01",
        "去年",
        "2014-01-01-01",
        "99999",
        99999.0,
        2014.1,
        0,
        -41640,
        float("nan"),
        float("inf"),
        1e300,
        True,
        "5.13E+17",
        "²⁰¹⁴0101",
    ],
)
def test_what_is_no_date_is_refused(wrong: Cell) -> None:
    with pytest.raises(ValueRefused) as refused:
        fuzzy_date(wrong)
    assert refused.value.reason == "date_unreadable"


@given(st.dates(min_value=date(1927, 5, 18), max_value=date(2100, 12, 31)))
def test_every_form_of_a_day_comes_back_as_that_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms: list[Cell] = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        serial,
        float(serial),
        str(serial),
        day,
    ]
    assert {fuzzy_date(form) for form in forms} == {FuzzyDate(day)}
    assert fuzzy_date(f"{day.year}年{day.month}月") == FuzzyDate(day.replace(day=1), Precision.MONTH)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.dates(), st.datetimes(), st.timedeltas(), st.times()))
def test_whatever_is_written_the_answer_is_a_date_of_our_time_or_a_reason(cell: Cell) -> None:
    try:
        found = fuzzy_date(cell)
    except ValueRefused:
        return
    assert found is None or date(1900, 1, 1) <= found.day < date(2101, 1, 1) + timedelta()


@pytest.mark.parametrize("part", ["2014-1-1 ", "2014 ", "1", "- ", "年 ", "2014年 1月 "])
def test_a_hostile_date_takes_no_time(part: str) -> None:
    started = time.process_time()
    with pytest.raises(ValueRefused):
        fuzzy_date(part * (50_000 // len(part)))
    assert time.process_time() - started < 0.05
