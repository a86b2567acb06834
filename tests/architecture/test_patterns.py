"""No pattern that a caller's text meets can be made to run for long."""

import importlib
import json
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import services
import shared

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
LONGEST = 50_000
MOST_SECONDS = 0.05
UNITS = ("a", "0", " ", "-", "=", ",", ".", '"', "%41", "/", "a=", 'a="a",', "a.", "\r\n ")
ENDS = ("", "!", "\n")


def compiled() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Those that stand in a module, or in a table or tuple of one."""
    for package in (shared, services):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                held = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
                for number, one in enumerate(held):
                    if isinstance(one, re.Pattern):
                        yield f"{found.name}.{name}[{number}]", one


def documented(node: Any) -> Iterator[str]:
    """The patterns of the API document."""
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        for value in node.values():
            yield from documented(value)
    elif isinstance(node, list):
        for value in node:
            yield from documented(value)


def patterns() -> dict[str, re.Pattern[Any]]:
    written = {text: re.compile(text) for text in documented(json.loads(DOCUMENT.read_text("utf-8")))}
    return {**{f"{text} of the document": made for text, made in written.items()}, **dict(compiled())}


def slowest(pattern: re.Pattern[Any], longest: int = LONGEST) -> tuple[float, str]:
    """Seconds, and what it was asked to read."""
    worst = (0.0, "")
    for unit in UNITS:
        for end in ENDS:
            text = (unit * (longest // len(unit)))[:longest] + end
            asked: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
            for read in (pattern.fullmatch, pattern.search):
                began = time.process_time()
                read(asked)
                worst = max(worst, (time.process_time() - began, f"{unit!r}… {end!r}"))
                if worst[0] > MOST_SECONDS:
                    return worst
    return worst


def test_no_text_keeps_a_pattern_busy() -> None:
    found = patterns()
    assert len(found) > 40
    slow = {name: slowest(pattern) for name, pattern in found.items()}
    assert {name: took for name, took in slow.items() if took[0] > MOST_SECONDS} == {}


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(0|0)*x"])
def test_one_that_can_be_kept_busy_is_seen(pattern: str) -> None:
    # Short enough to end, long enough to show.
    assert slowest(re.compile(pattern), 22)[0] > MOST_SECONDS
