"""What of a log may leave the house? Known fields of our own lines, in ASCII, without numbers that could be a person's.

Everything is left out that is not known to be harmless: a support engineer asks again, a name that is out stays out.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

LONGEST = 300
HIDDEN = "…"
# Facts that our own code puts into a line (`log.…(…)`, the access log); none is what somebody typed.
FIELDS = frozenset(
    {"event", "timestamp", "level", "logger", "request_id", "route", "method", "status", "code", "ms", "upstream_ms"}
    | {"bytes", "reason", "kind", "source", "service", "file", "job", "done", "total", "accepted", "refused", "ordered"}
)
_EVENT = re.compile(r"[a-z][a-z0-9_]{1,60}")
_KEPT = (
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?Z?"
)
_HIDDEN = (
    r"[^\x20-\x7e]+"  # Chinese names and places, control characters
    r"|\d(?:[ .-]?\d){6,}[Xx]?"  # ID numbers, phones, cards
    r"|[^\s@\"]+@[^\s@\"]+"  # addresses, and passwords in URLs
    r"|(?=[A-Za-z+_=-]*\d)[A-Za-z0-9+_=-]{32,}"  # keys, tokens, digests
)
_PARTS = re.compile(f"(?P<kept>{_KEPT})|{_HIDDEN}")
_FRAME = re.compile(
    r'^\s+File "(?:.*?/)??((?:services|shared|bashan|migrations)/[\w/]+\.py|[\w-]+\.py)", line (\d+), in (\w+)$'
)
_RAISED = re.compile(r"^((?:[a-z_]\w*\.)+[A-Z]\w+|[A-Z]\w*(?:Error|Exception|Timeout|Exit|Interrupt))(?::|$)")
_SERVER = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S* \w+ \[\d+\]) (LOG|WARNING|ERROR|FATAL|PANIC):\s+(.*)$")
_QUOTED = re.compile(r'(?:(constraint|relation|database|role|schema|index) )?"[^"]*"')


def clean(text: str) -> str:
    """Without whatever may be a name, a number of a person, an address or a key; cut at 300 characters."""
    return _PARTS.sub(lambda found: found["kept"] or HIDDEN, text)[:LONGEST]


def safe_lines(lines: Iterable[str]) -> Iterator[str]:
    """Our own lines with their known fields, and the database server's without values; how many others there were is
    the last line."""
    left_out = 0
    for line in lines:
        safe = _own_line(line) or _server_line(line)
        if safe is None:
            left_out += 1
        else:
            yield safe
    yield f"{left_out} lines of another form were left out"


def _own_line(line: str) -> str | None:
    """JSON, also behind the prefix that `docker compose logs` writes."""
    start = line.find("{")
    if start < 0:
        return None
    try:
        event = orjson.loads(line[start:])
    except orjson.JSONDecodeError:
        return None
    if not isinstance(event, dict) or "event" not in event:
        return None
    told = {name: _value(value) for name, value in event.items() if name in FIELDS and _plain(value)}
    if not _EVENT.fullmatch(str(event["event"])):
        told["event"] = HIDDEN
    if isinstance(event.get("exception"), str):
        told["exception"] = list(_traceback(event["exception"]))
    return orjson.dumps(told).decode()


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


def _value(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _traceback(text: str) -> Iterator[str]:
    """Where it went wrong and what was raised; never what it said."""
    for line in text.splitlines():
        if frame := _FRAME.match(line):
            yield f"{frame[1]}:{frame[2]} {frame[3]}"
        elif raised := _RAISED.match(line):
            yield raised[1]


def _server_line(line: str) -> str | None:
    """PostgreSQL's: what happened, without DETAIL and STATEMENT, which hold values."""
    if not (found := _SERVER.match(line)):
        return None
    said = _QUOTED.sub(lambda quoted: quoted[0] if quoted[1] else f'"{HIDDEN}"', found[3])
    return f"{found[1]} {found[2]}: {clean(said)}"
