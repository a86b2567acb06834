"""What an attacker or a broken program sends: bodies, values, and how an answer to them is judged."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.callers import refused

CANARIES = ("511921199001011230", "13812345678", "6228480402564890018")
"""Shaped like an ID number, a phone and a bank card: none may ever come back or reach a log."""

UNREADABLE: Mapping[str, tuple[bytes, str]] = {
    "NaN": (b'{"x": NaN}', "json_unreadable"),
    "Infinity": (b'{"x": -Infinity}', "json_unreadable"),
    "1e999": (b'{"x": 1e999}', "json_unreadable"),
    "5,000 digits": (b'{"x": ' + b"9" * 5000 + b"}", "json_unreadable"),
    "lone surrogate": (rb'{"x": "\ud800"}', "json_unreadable"),
    "lone surrogate in a name": (rb'{"\udc00": 1}', "json_unreadable"),
    "NUL": (rb'{"x": "a\u0000b"}', "json_unreadable"),
    "raw NUL": (b'{"x": "a\x00b"}', "json_unreadable"),
    "byte order mark": ('\ufeff{"x": 1}'.encode(), "json_unreadable"),
    "UTF-16": ('{"x": "李"}'.encode("utf-16"), "json_unreadable"),
    "GBK": ('{"x": "李建国"}'.encode("gbk"), "json_unreadable"),
    "overlong UTF-8": (b'{"x": "\xc0\xaf"}', "json_unreadable"),
    "duplicate name": (b'{"x": 1, "x": 2}', "json_duplicate_key"),
    "duplicate name inside": (b'{"y": {"x": 1, "x": 2}}', "json_duplicate_key"),
    "100,000 brackets": (b"[" * 100_000, "json_too_deep"),
    "100,000 objects": (b'{"x":' * 100_000, "json_too_deep"),
    "cut off": (b'{"x": ', "json_unreadable"),
    "two documents": (b"{} {}", "json_unreadable"),
    "no JSON": (CANARIES[0].encode() + b"x", "json_unreadable"),
}
JSON_TYPES = ("application/json", "Application/JSON; charset=utf-8", "application/vnd.bank+json")
OTHER_TYPES = ("text/plain", "application/xml", "application/x-www-form-urlencoded", "application/json/x", "")

VALUES: tuple[Any, ...] = (
    CANARIES[0],
    int(CANARIES[0]),
    2**31,
    -(2**63) - 1,
    1.5,
    True,
    None,
    " \t ",
    "字" * 10_000,
    "0001-01-01",
    "9999-12-31T23:59:59+14:00",
    "'; DROP TABLE households; -- %_\\ \r\n\x1b[31mSet-Cookie: x=1",
    [CANARIES[1]],
    {CANARIES[2]: CANARIES[1]},
)
"""Put in the place of each value of a good body."""

PATH_VALUES = (
    "x",
    "00000000-0000-0000-0000-000000000000",
    "018F0000-0000-7000-8000-00000000ABCD",
    "{018f0000-0000-7000-8000-00000000abcd}",
    "018f000000007000800000000000abcd",
    "9" * 300,
    "-1",
    "511921122202x",
    "summary",
    "1e3",
)
QUERY_VALUES: tuple[str, ...] = (
    "",
    "%00",
    "%ED%A0%80",
    "9" * 400,
    "-1",
    "0",
    "1e9",
    "9223372036854775808",
    "%EF%BC%91",
    "0001-01-01",
)
QUERY_VALUES += ("9999-12-31", "%27%3B--", "a%0D%0Ab", "...", "7OGQ" * 40)


@cache
def catalogue() -> frozenset[tuple[int, str]]:
    """Status and code of every problem that the catalogue of error codes knows."""
    page = Path(__file__).parents[2] / "docs" / "error-codes.md"
    rows = [line.split("|") for line in page.read_text("utf-8").splitlines() if line.startswith("| ")]
    return frozenset((int(row[1]), row[2].strip(" `")) for row in rows if row[1].strip().isdigit())


def judge(reply: httpx.Response, sent: object) -> None:
    """Answered, and not by falling over; refused, if so, with a catalogued problem that repeats nothing of ours."""
    where = (reply.request.method, reply.request.url.path, str(sent)[:200], reply.status_code, reply.text[:300])
    assert reply.status_code < 500, where
    assert reply.headers["x-request-id"], where
    assert "no-store" in reply.headers["cache-control"], where
    if reply.status_code >= 400:
        problem = refused(reply, reply.status_code)
        assert (reply.status_code, problem["code"]) in catalogue(), where
        # What stands in the record is shown to whoever may read it; a value that was taken may be there.
        problem.pop("current", None)
        said = f"{problem} {reply.headers}"
        assert not any(canary in said for canary in CANARIES), where


def spoilt(body: Any) -> Iterator[Any]:
    """Every copy of the body in which one value, at any depth, has been replaced by a hostile one."""
    for path in _places(body):
        for value in VALUES:
            yield _replaced(body, path, value)


def _places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(body, dict):
        for name, value in body.items():
            yield from _places(value, (*path, name))
    elif isinstance(body, list):
        for index, value in enumerate(body[:1]):
            yield from _places(value, (*path, index))


def _replaced(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    copy = json.loads(json.dumps(body))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copy
