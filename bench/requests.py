"""What people ask of the product all day, as endless streams of requests over a filled prefecture."""

import itertools
import json
import random
from collections.abc import Iterator, Sequence
from functools import cache

from bench.load import Request
from bench.servers.prefecture import Filled
from bench.servers.product import Tokens, consent, household, notice

OFFICIALS = 100
INCOME = {"wage_cents": 2_000_000, "business_cents": 900_000, "property_cents": 0, "transfer_cents": 120_000}
MIX = (
    *(("record", 30), ("list", 15), ("explanation", 15), ("caseload", 10), ("summary", 5), ("grade query", 5)),
    *(("search", 10), ("write", 10)),
)
"""Of a hundred requests so many of each kind; all but search and write are reads."""


def class_of(kind: str) -> str:
    return kind if kind in {"search", "write"} else "read"


def streams(at: Filled, seed: int = 5) -> dict[str, Iterator[Request]]:
    """An endless stream of each kind of MIX and of notices; writes end when every household has been written once."""
    makers = {
        "record": _records,
        "list": _lists,
        "explanation": _explanations,
        "caseload": _caseloads,
        "summary": _summaries,
        "search": _searches,
        "notice": _notices,
    }
    found = {kind: make(at, random.Random(seed)) for kind, make in makers.items()}
    queries = grade_queries(Tokens(at.folder).of_bank(OFFICIALS), at.copies)
    return found | {"grade query": itertools.cycle(queries), "write": _writes(at)}


def _officials(at: Filled) -> list[dict[str, str]]:
    tokens = Tokens(at.folder)
    return [
        {"Authorization": f"Bearer {tokens.of_official(number, at.counties)}", "Content-Type": "application/json"}
        for number in range(OFFICIALS)
    ]


def _records(at: Filled, chance: random.Random) -> Iterator[Request]:
    callers = _officials(at)
    while True:
        yield Request(f"/v1/households/{household(chance.randrange(at.copies))}", chance.choice(callers))


def _lists(at: Filled, chance: random.Random) -> Iterator[Request]:
    callers = _officials(at)
    while True:
        yield Request(f"/v1/households?region={chance.choice(at.villages)}&limit=20", chance.choice(callers))


def _summaries(at: Filled, chance: random.Random) -> Iterator[Request]:
    callers = _officials(at)
    while True:
        yield Request(f"/v1/households/summary?region={chance.choice(at.villages)[:9]}", chance.choice(callers))


def _searches(at: Filled, chance: random.Random) -> Iterator[Request]:
    callers = _officials(at)
    while True:
        asked = {"region": chance.choice(at.counties), "name": chance.choice(at.names)}
        yield Request("/v1/households/search", chance.choice(callers), "POST", json.dumps(asked))


def _notices(at: Filled, chance: random.Random) -> Iterator[Request]:
    """Of 400 names, read by whoever passes by: without a token."""
    while True:
        yield Request(f"/v1/notices/{notice(chance.randrange(at.notices))}", {})


def _explanations(at: Filled, chance: random.Random) -> Iterator[Request]:
    tokens = Tokens(at.folder)
    asked = [household(chance.randrange(at.copies)) for _ in range(500)]
    yield from itertools.cycle(
        [
            Request(f"/v1/credit/households/{one}/explanation", {"Authorization": f"Bearer {tokens.of_household(one)}"})
            for one in asked
        ]
    )


def _caseloads(at: Filled, chance: random.Random) -> Iterator[Request]:
    tokens = Tokens(at.folder)
    helpers = chance.sample(at.cadres, min(len(at.cadres), 300))
    yield from itertools.cycle(
        [Request("/v1/me/caseload", {"Authorization": f"Bearer {tokens.of_cadre(one)}"}) for one in helpers]
    )


@cache
def _numbers(at: Filled) -> Iterator[int]:
    """Households that were not written in this run: a write needs the version that the household has."""
    return iter(range(at.copies - 1, -1, -1))


def _writes(at: Filled) -> Iterator[Request]:
    callers = _officials(at)
    for number in _numbers(at):
        headers = callers[number % len(callers)] | {"If-Match": '"v1"'}
        path = f"/v1/households/{household(number)}/incomes/2025"
        yield Request(path, headers, "PUT", json.dumps(INCOME))


def grade_queries(tokens: Sequence[str], copies: int, count: int = 3000, at_once: int = 1) -> list[Request]:
    """Queries for random households with live consents, `at_once` of them in each request."""
    chance = random.Random(7)
    found = []
    for place in range(count):
        numbers = [chance.randrange(copies) for _ in range(at_once)]
        queries = [
            {
                "household_id": str(household(number)),
                "consent_id": str(consent(number)),
                "purpose": "loan_review",
                "reference": f"bench-{place}-{number}",
            }
            for number in numbers
        ]
        headers = {"Authorization": f"Bearer {tokens[place % len(tokens)]}", "Content-Type": "application/json"}
        found.append(Request("/v1/partner/grades/query", headers, "POST", json.dumps({"queries": queries})))
    return found
