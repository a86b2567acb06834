"""Every operation that takes a body, given bodies that no honest program sends.

Checks S32, S33, S34, S35, S37, S50.
"""

import time
from collections.abc import Iterator

import pytest

from services.gateway.api.doors import Limits
from tests.e2e.callers import Caller, refused
from tests.e2e.hostile import JSON_TYPES, OTHER_TYPES, UNREADABLE, judge, spoilt
from tests.e2e.operations import Asked, Operation
from tests.e2e.running import Bashan

TWO_MEGABYTES = 2_000_000


@pytest.fixture(scope="module")
def with_body(operations: list[Operation], requests: dict[str, Asked]) -> list[Operation]:
    return [one for one in operations if requests[one.operation_id].body is not None]


@pytest.fixture(scope="module")
def rightful(
    product: Bashan, county: Caller, city: Caller, bank: Caller, helper: Caller, household: Caller
) -> "Rightful":
    return Rightful(product.anyone(), county, city, bank, helper, household)


class Rightful:
    """Who may call an operation, so that its body is looked at."""

    def __init__(
        self, anyone: Caller, county: Caller, city: Caller, bank: Caller, helper: Caller, household: Caller
    ) -> None:
        self._anyone, self._county, self._city, self._bank = anyone, county, city, bank
        self._alone = {"cadre": helper, "household": household}

    def caller(self, operation: Operation) -> Caller:
        if operation.public:
            return self._anyone
        if operation.partner:
            return self._bank
        if len(operation.roles) == 1 and (alone := self._alone.get(next(iter(operation.roles)))):
            return alone
        return self._county if "county_official" in operation.roles else self._city


def test_what_is_not_strict_json_is_unreadable_however_it_is_labelled(
    with_body: list[Operation], requests: dict[str, Asked], rightful: Rightful
) -> None:
    for operation in with_body:
        for number, (name, (body, code)) in enumerate(UNREADABLE.items()):
            headers = {"Content-Type": JSON_TYPES[number % len(JSON_TYPES)]}
            asked = requests[operation.operation_id]
            reply = asked.send(rightful.caller(operation), operation, content=body, headers=headers)
            # Who need not say who they are send little, so it is refused before anybody looks into it.
            too_long = operation.public and len(body) > Limits().public_body
            status, told = (413, "body_too_large") if too_long else (400, code)
            assert refused(reply, status)["code"] == told, (operation, name)
            judge(reply, name)


@pytest.mark.parametrize("kind", JSON_TYPES)
def test_no_spelling_of_the_label_gets_around_the_strict_reader(
    kind: str, requests: dict[str, Asked], with_body: list[Operation], county: Caller
) -> None:
    search = next(one for one in with_body if one.operation_id == "search")
    twice = b'{"region": "511921122", "region": "511921", "name": "\xe6\x9d\x8e"}'
    reply = requests["search"].send(county, search, content=twice, headers={"Content-Type": kind})
    refused(reply, 400, "json_duplicate_key")


def test_a_body_that_is_not_labelled_as_json_is_refused(
    with_body: list[Operation], requests: dict[str, Asked], rightful: Rightful
) -> None:
    for operation in with_body:
        asked = requests[operation.operation_id]
        for kind in OTHER_TYPES:
            headers = {"Content-Type": kind} if kind else {}
            reply = asked.send(rightful.caller(operation), operation, content=b'{"a": 1}', headers=headers)
            judge(reply, kind)
            assert reply.status_code in {400, 422}, (operation, kind, reply.status_code)
        judge(asked.send(rightful.caller(operation), operation, content=b""), "nothing")


def test_each_value_of_each_body_may_be_anything(
    with_body: list[Operation], requests: dict[str, Asked], rightful: Rightful
) -> None:
    """Injection, ranges, types, canaries (checks S32, S34, S37, S50) in every field; guessing passwords is apart."""
    for operation in (one for one in with_body if not one.public):
        asked = requests[operation.operation_id]
        for body in spoilt(asked.body):
            reply = asked.changed(body=body).send(rightful.caller(operation), operation)
            judge(reply, body)
            if reply.status_code == 412:
                standing = reply.json().get("current", reply.json())["version"]
                asked = asked.changed(version=standing)
                judge(asked.changed(body=body).send(rightful.caller(operation), operation), body)


def test_two_megabytes_are_refused_by_their_length_and_in_chunks(
    with_body: list[Operation], requests: dict[str, Asked], rightful: Rightful
) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(TWO_MEGABYTES // 50_000):
            yield b"x" * 50_000

    for operation in with_body:
        caller, asked = rightful.caller(operation), requests[operation.operation_id]
        for content in (b"x" * TWO_MEGABYTES, pieces()):
            headers = {"Content-Type": "application/json"}
            began = time.monotonic()
            reply = asked.send(caller, operation, content=content, headers=headers)
            refused(reply, 413, "body_too_large")
            assert time.monotonic() - began < 5


def test_an_upload_that_is_no_form_or_no_register_is_refused(
    operations: list[Operation], requests: dict[str, Asked], county: Caller
) -> None:
    operation = next(one for one in operations if one.operation_id == "import_register")
    asked = requests["import_register"]
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    for content, headers in (
        (b"x", {"Content-Type": "application/json"}),
        (b"x", form),
        (b"--b\r\n\r\n\r\n--b--\r\n", form),
        (b"x", {"Content-Type": "multipart/form-data"}),
    ):
        judge(asked.send(county, operation, content=content, headers=headers), content)
    refused(asked.changed(form={"kind": "511921199001011230"}).send(county, operation), 422, "schema_invalid")
    refused(asked.changed(file=b"").send(county, operation), 422, "sheet_empty")
