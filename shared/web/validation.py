"""Turns schema findings into stable codes and Chinese sentences; never shows what was sent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.errors import Failure, Invalid, Unreadable


class FieldUnknown(Unreadable):
    code = "field_unknown"
    message = "提交的内容里有系统不认识的字段，请去掉后再提交。"


class FieldRepeated(Unreadable):
    code = "field_repeated"
    message = "表单里有一项填了不止一次，每一项只填一次。"


class SchemaInvalid(Invalid):
    code = "schema_invalid"
    message = "有内容不符合要求，请按提示修改后再提交。"


# Pydantic's kind of finding → our code and sentence. Kinds not listed read as "value_invalid".
_KINDS: dict[str, tuple[str, str]] = {
    "missing": ("field_missing", "这一项必须填写。"),
    "extra_forbidden": ("field_unknown", "系统不认识这一项。"),
    "string_type": ("text_expected", "这一项要填文字。"),
    "string_too_short": ("text_too_short", "这一项不能为空或太短。"),
    "string_too_long": ("text_too_long", "这一项太长了。"),
    "string_pattern_mismatch": ("text_pattern", "这一项的格式不对。"),
    "list_type": ("list_expected", "这一项要填一组值。"),
    "dict_type": ("object_expected", "这一项要填一组字段。"),
    "model_attributes_type": ("object_expected", "这一项要填一组字段。"),
    "model_type": ("object_expected", "这一项要填一组字段。"),
    "too_long": ("list_too_long", "这一组值太多了，请分几次提交。"),
    "too_short": ("list_too_short", "这一组值太少了。"),
    "greater_than": ("number_too_small", "这个数太小。"),
    "greater_than_equal": ("number_too_small", "这个数太小。"),
    "less_than": ("number_too_large", "这个数太大。"),
    "less_than_equal": ("number_too_large", "这个数太大。"),
    "literal_error": ("value_not_allowed", "这一项只能填规定的值。"),
    "enum": ("value_not_allowed", "这一项只能填规定的值。"),
    "int_parsing": ("integer_expected", "这一项要填整数。"),
    "int_type": ("integer_expected", "这一项要填整数。"),
    "bool_parsing": ("boolean_expected", "这一项要填是或否。"),
}
_OURS: dict[str, tuple[str, str]] = {
    "date": ("date_malformed", "日期要写成 2026-01-31 这样。"),
    "time": ("time_malformed", "时间要写成 2026-01-31T08:00:00+08:00 这样。"),
    "no such date": ("date_not_in_calendar", "日历上没有这一天，请核对。"),
    "no such time": ("time_not_in_calendar", "没有这个时刻，请核对日期、时间和时区。"),
    "date out of range": ("date_out_of_range", "年份要在 1900 到 2200 之间。"),
    "uuid": ("id_malformed", "编号的格式不对。"),
    "integer": ("integer_expected", "这一项要填整数。"),
    "boolean": ("boolean_expected", "这一项要填是或否（true 或 false）。"),
    "region": ("region_malformed", "地区代码是 2、4、6、9 或 12 位数字。"),
    "village": ("village_code_needed", "这里要填村（社区）的 12 位代码。"),
}
_OTHER = ("value_invalid", "这一项的值不符合要求。")

# What is said in place of the general sentence: where Pydantic tells the bound, and what it calls it.
_BOUNDS: dict[str, tuple[str, str]] = {
    "string_too_short": ("min_length", "这一项太短了，至少要 {} 个字。"),
    "string_too_long": ("max_length", "这一项太长了，最多 {} 个字。"),
    "too_short": ("min_length", "这里填得太少了，至少要 {} 个。"),
    "too_long": ("max_length", "这里填得太多了，一次最多 {} 个，请分几次提交。"),
    "greater_than": ("gt", "这个数太小，要大于 {}。"),
    "greater_than_equal": ("ge", "这个数太小，要不小于 {}。"),
    "less_than": ("lt", "这个数太大，要小于 {}。"),
    "less_than_equal": ("le", "这个数太大，要不大于 {}。"),
    "literal_error": ("expected", "这一项只能填：{}。"),
    "enum": ("expected", "这一项只能填：{}。"),
}

VALUE_CODES: dict[str, str] = dict([*_KINDS.values(), *_OURS.values(), _OTHER])
"""Every code of a value that does not hold, with its sentence."""

# What a field can be called in any contract. An ID number, a phone or a Chinese name is never of this form.
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z_]{0,37}[0-9]{0,2}")


def failure_of(findings: Sequence[Mapping[str, Any]]) -> Failure:
    """400 when a field is unknown (what was sent was not meant for this door), else 422 with every finding."""
    errors = [_entry(finding) for finding in findings[:50]]
    if any(finding["type"] == "extra_forbidden" for finding in findings):
        return FieldUnknown(errors=errors)
    return SchemaInvalid(errors=errors)


def fields_unknown(names: Iterable[str]) -> FieldUnknown:
    """The refusal of a form that brings fields of these names."""
    return FieldUnknown(errors=[_entry({"type": "extra_forbidden", "loc": (name,)}) for name in names])


def _entry(finding: Mapping[str, Any]) -> dict[str, str]:
    code, message = _KINDS.get(finding["type"], _OTHER)
    if finding["type"] == "value_error":
        code, message = _OURS.get(str(finding.get("ctx", {}).get("error", "")), _OTHER)
    location = list(finding["loc"])
    # A name that the client made up could be anything, an ID number included: then the place that holds it is named.
    if finding["type"] == "extra_forbidden" and not _FIELD_NAME.fullmatch(str(location[-1])):
        location = location[:-1]
    where = location[1:] if location and location[0] == "body" else location
    pointer = "".join(f"/{part}" for part in where)
    message = _sentence(finding["type"], finding.get("ctx", {}), message)
    return {"pointer": pointer, "code": code, "message": message}


def _sentence(kind: str, told: Mapping[str, Any], general: str) -> str:
    """Names the bound that the schema sets; never what was sent."""
    name, words = _BOUNDS.get(kind, ("", ""))
    if name not in told:
        return general
    bound = str(told[name])
    return words.format("、".join(re.findall(r"'([^']*)'", bound)) or bound)
