"""Which fields does each role read? Held against `fields_by_role.json` (checks S17).

A field that appears for a role is a decision: run with BASHAN_WRITE_FIELDS=1, look at the difference, and commit it.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.insiders import insiders_of
from tests.e2e.operations import Asked, Operation
from tests.e2e.running import Bashan
from tests.e2e.things import Things

POLICY = Path(__file__).with_name("fields_by_role.json")
OUTSIDERS = ("donor", "auditor", "operator", "enrolling", "bank")
# What is nobody's business but the household's, its helper's and its officials'.
SENSITIVE = re.compile(r"(^|\.|\])(health|ethnicity|id_number|phone|address|birth_date|members|education)(\.|\[|$)")
WHOLE_NUMBERS = re.compile(r"(?<!\d)\d{17}[\dX](?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)")
# Hashes and ids may hold a long row of digits by chance.
BY_CHANCE = re.compile(r"\b([0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b")

Seen = dict[str, dict[str, list[str]]]


@pytest.fixture(scope="module")
def answers(
    product: Bashan, things: Things, operations: list[Operation], requests: dict[str, Asked]
) -> dict[str, dict[str, Any]]:
    """operation → role → what it reads, of everything that is read and is there."""
    insiders = insiders_of(product, things)
    found: dict[str, dict[str, Any]] = {}
    for operation in (one for one in operations if one.method == "GET" and not one.public):
        for role in sorted(operation.roles & set(insiders)):
            reply = requests[operation.operation_id].send(insiders[role], operation)
            if reply.status_code == 200 and "json" in reply.headers["content-type"]:
                found.setdefault(operation.operation_id, {})[role] = reply.json()
    return found


def fields(value: Any, path: str = "") -> Iterator[str]:
    """`items[].head_name`: every field's path; lists are looked at as one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from fields(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, f"{path}[]")
    else:
        yield path


def test_each_role_reads_the_fields_of_the_policy_and_no_other(answers: dict[str, dict[str, Any]]) -> None:
    seen: Seen = {
        name: {role: sorted(set(fields(answer))) for role, answer in by_role.items()}
        for name, by_role in sorted(answers.items())
    }
    if os.environ.get("BASHAN_WRITE_FIELDS"):
        POLICY.write_text(json.dumps(seen, indent=1, ensure_ascii=False) + "\n", "utf-8")
    policy: Seen = json.loads(POLICY.read_text("utf-8"))

    more = {
        (name, role): sorted(set(now) - set(policy[name].get(role, ())))
        for name, by_role in seen.items()
        if name in policy
        for role, now in by_role.items()
    }
    assert {key: names for key, names in more.items() if names} == {}
    assert len(set(policy) & set(seen)) >= 25


def test_who_is_no_official_helper_or_household_reads_nothing_personal(answers: dict[str, dict[str, Any]]) -> None:
    for name, by_role in answers.items():
        for role in OUTSIDERS:
            personal = [path for path in fields(by_role.get(role, {})) if SENSITIVE.search(path)]
            assert personal == [], (name, role)


def test_nobody_reads_a_whole_number_without_asking_for_it(answers: dict[str, dict[str, Any]]) -> None:
    for name, by_role in answers.items():
        for role, answer in by_role.items():
            read = BY_CHANCE.sub("", json.dumps(answer, ensure_ascii=False))
            assert not WHOLE_NUMBERS.search(read), (name, role)
