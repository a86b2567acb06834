"""Reads a JSON body strictly: UTF-8, no twins among the keys, no NaN, no NUL, no lone surrogate, no deep nesting."""

import json
import re
from decimal import Decimal
from typing import Any

from shared.errors import Failure, TooLarge, Unreadable

MOST_BYTES = 1_000_000
DEEPEST = 32
MOST_EXACT = 2**53
"""Up to here a number whose fraction is nothing is a whole one. Beyond, floats lie further apart than whole numbers."""
_NO_BRACKETS = re.compile(r"[^\[\]{}]+")


class BodyTooLarge(TooLarge):
    code = "body_too_large"
    message = "提交的内容太大，请减小后再提交。"


class JsonUnreadable(Unreadable):
    code = "json_unreadable"
    message = "提交的内容不是正确的 JSON，请检查格式后再提交。"


class JsonDuplicateKey(Unreadable):
    code = "json_duplicate_key"
    message = "提交的内容里有重复的字段名，请去掉重复的再提交。"


class JsonTooDeep(Unreadable):
    code = "json_too_deep"
    message = "提交的内容嵌套层数太多。"


def read_json(body: bytes) -> Any:
    """The document. Raises JsonUnreadable, JsonDuplicateKey, JsonTooDeep; never shows what was sent."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise JsonUnreadable from None
    _check_depth(text)
    try:
        document = _READER.decode(text)
    except Failure:
        raise
    except (ValueError, ArithmeticError, RecursionError):
        raise JsonUnreadable from None
    # Bare, neither gets past the decoding above: only an escape can bring them.
    if "\\u" in text:
        _check_text(document)
    return document


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JsonDuplicateKey
    return found


def _no_constant(_name: str) -> None:
    raise JsonUnreadable


def _number(digits: str) -> float | int:
    """JSON knows one kind of number: 1.0, which some programs write, is 1. So that no digit is lost, what was written
    has to be that whole number, and not only next to it as 0.99999999999999999999 is."""
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise JsonUnreadable
    whole = number.is_integer() and abs(number) <= MOST_EXACT and Decimal(digits) == number
    return int(number) if whole else number


def _check_depth(text: str) -> None:
    """Counts brackets outside strings before the parser recurses into them.

    Without escaped backslashes and then escaped quotes, every other piece between quotes is outside of a string, as far
    as the text is JSON; the parser goes no further either.
    """
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    depth = 0
    bare = text.replace("\\\\", "").replace('\\"', "") if "\\" in text else text
    for bracket in _NO_BRACKETS.sub("", "".join(bare.split('"')[::2])):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            raise JsonTooDeep


def _check_text(document: Any) -> None:
    """NUL cannot be stored and a lone surrogate cannot be sent back, so neither gets in."""
    if isinstance(document, str):
        if "\0" in document or not _encodable(document):
            raise JsonUnreadable
    elif isinstance(document, dict):
        for key, value in document.items():
            _check_text(key)
            _check_text(value)
    elif isinstance(document, list):
        for value in document:
            _check_text(value)


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


_READER = json.JSONDecoder(object_pairs_hook=_no_twins, parse_constant=_no_constant, parse_float=_number)
