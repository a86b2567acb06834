"""Field types of request and response models: strict, bounded, with the shapes of the API's conventions.

Input arrives as parsed JSON, so "strict" is said here per type: a date is a string in ISO form and never a number, a
whole number is never a string, a boolean never "yes".
"""

import re
from datetime import date, datetime, time
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints, WithJsonSchema

from shared.clock import SHANGHAI
from shared.regions import is_region_code

MOST_CENTS = 10**12
FIRST_YEAR, LAST_YEAR = 1900, 2200
VILLAGE_DIGITS = 12
_DAY = "(19[0-9]{2}|2[01][0-9]{2}|2200)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
"""A day from FIRST_YEAR to LAST_YEAR, as the API document says it; the calendar is its format's."""
_MOMENT = rf"{_DAY}T([01][0-9]|2[0-3])(:[0-5][0-9]){{2}}(\.[0-9]{{1,6}})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_DATE_SCHEMA = {"type": "string", "format": "date", "pattern": f"^{_DAY}$"}
_TIME_SCHEMA = {"type": "string", "format": "date-time", "pattern": f"^{_MOMENT}$"}
D = TypeVar("D", bound=date)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Input(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)


class Output(BaseModel):
    """A response body. Clients must tolerate new fields and new values of enumerations."""

    model_config = ConfigDict(frozen=True)


def _iso_date(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("date")
    try:
        parsed = date.fromisoformat(value)
    except ValueError:
        raise ValueError("no such date") from None
    return _in_range(parsed)


def _iso_time(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError("time")
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("no such time") from None
    return _in_range(parsed)


def _in_range(day: D) -> D:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("date out of range")
    return day


def _uuid(value: Any) -> Any:
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise ValueError("uuid")
    return value


def _boolean(value: Any) -> Any:
    if not isinstance(value, bool):
        raise ValueError("boolean")  # noqa: TRY004 - Pydantic collects ValueErrors
    return value


def _village(value: Any) -> Any:
    if not isinstance(value, str) or len(value) != VILLAGE_DIGITS or not is_region_code(value):
        raise ValueError("village")
    return value


def _region(value: Any) -> Any:
    if not isinstance(value, str) or not is_region_code(value):
        raise ValueError("region")
    return value


def _day_or_time(value: Any) -> Any:
    """A date reads as the end of that day in Asia/Shanghai: the record as it stood when the day was over."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        return datetime.combine(_iso_date(value), time.max, SHANGHAI)
    return _iso_time(value)


# What is asked before the bounds and patterns stand behind them here: written the other way round, Pydantic checks them
# all the same, but the API document does not show them.
IsoDate = Annotated[date, BeforeValidator(_iso_date), WithJsonSchema(_DATE_SCHEMA)]
Timestamp = Annotated[
    datetime,
    BeforeValidator(_iso_time),
    PlainSerializer(lambda at: at.isoformat(), when_used="json"),
    WithJsonSchema(_TIME_SCHEMA),
]
DayOrTime = Annotated[datetime, BeforeValidator(_day_or_time), WithJsonSchema({"anyOf": [_DATE_SCHEMA, _TIME_SCHEMA]})]
Id = Annotated[UUID, BeforeValidator(_uuid)]
Whole = Annotated[int, Field(strict=True, ge=-(2**53), le=2**53)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Cents = Annotated[int, Field(strict=True, ge=-MOST_CENTS, le=MOST_CENTS, description="分")]
PositiveOrNoCents = Annotated[int, Field(strict=True, ge=0, le=MOST_CENTS, description="分")]
PositiveCents = Annotated[int, Field(strict=True, gt=0, le=MOST_CENTS, description="分")]
YesNo = Annotated[bool, BeforeValidator(_boolean)]
RegionCode = Annotated[
    str,
    Field(examples=["511921122"], pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"),
    BeforeValidator(_region),
]
VillageCode = Annotated[
    str,
    Field(examples=["511921122201"], pattern=rf"^[0-9]{{{VILLAGE_DIGITS}}}$"),
    BeforeValidator(_village),
]
_NOT_BLANK = Field(json_schema_extra={"pattern": r"\S"})
ShortText = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=100), _NOT_BLANK
]
LongText = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=2000), _NOT_BLANK
]
Reference = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
