"""What is wrong with a value is said as it is: a day that does not exist is not a misspelt one."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.web.fields import IsoDate, Timestamp, VillageCode
from shared.web.validation import failure_of


def finding(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value)
    code: str = failure_of(refused.value.errors()).data["errors"][0]["code"]
    return code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2026-2-3", "date_malformed"),
        ("20260203", "date_malformed"),
        (202602, "date_malformed"),
        ("2026-02-30", "date_not_in_calendar"),
        ("2026-13-01", "date_not_in_calendar"),
        ("0000-01-01", "date_not_in_calendar"),
        ("0001-01-01", "date_out_of_range"),
        ("9999-12-31", "date_out_of_range"),
    ],
)
def test_a_date_is_refused_for_its_form_its_day_or_its_year(value: object, code: str) -> None:
    assert finding(IsoDate, value) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2026-02-03 08:00:00", "time_malformed"),
        ("2026-02-03T08:00:00", "time_malformed"),
        ("2026-02-30T08:00:00Z", "time_not_in_calendar"),
        ("2026-02-03T25:00:00Z", "time_not_in_calendar"),
        ("2026-02-03T08:00:00+99:00", "time_not_in_calendar"),
        ("9999-12-31T08:00:00Z", "date_out_of_range"),
    ],
)
def test_a_time_is_refused_for_its_form_its_moment_or_its_year(value: object, code: str) -> None:
    assert finding(Timestamp, value) == code


@pytest.mark.parametrize("value", ["511921122", "5119211222011", "51192112220a", "", 511921122201])
def test_a_village_is_named_by_its_twelve_digits(value: object) -> None:
    assert finding(VillageCode, value) == "village_code_needed"


def test_dates_times_and_villages_in_their_form_are_taken() -> None:
    assert TypeAdapter(IsoDate).validate_python("2024-02-29").day == 29
    assert TypeAdapter(Timestamp).validate_python("2026-02-03T08:00:00+08:00").hour == 8
    assert TypeAdapter(VillageCode).validate_python("511921122201") == "511921122201"
