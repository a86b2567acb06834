"""Errors as problem+json: every member of the conventions, headers by status, nothing of what was sent."""

from typing import Any

import orjson
import pytest

from shared.errors import Failure, Invalid, NotFound, NotIdentified, RuleBroken, TooMany, Unavailable
from shared.problems import problem_body, problem_headers


def body_of(failure: Failure) -> dict[str, Any]:
    content: dict[str, Any] = orjson.loads(problem_body(failure, "request-1", "/v1/households/7"))
    return content


def headers_of(failure: Failure) -> dict[bytes, bytes]:
    return dict(problem_headers(failure, "request-1", 10))


def test_a_problem_has_every_member_of_the_conventions() -> None:
    assert body_of(NotFound()) == {
        "type": "urn:bashan:error:not_found",
        "title": "Not Found",
        "status": 404,
        "detail": "没有找到，或者您无权查看。",
        "instance": "/v1/households/7",
        "code": "not_found",
        "message": "没有找到，或者您无权查看。",
        "request_id": "request-1",
        "retryable": False,
        "errors": [],
    }


def test_what_is_wrong_with_each_field_is_listed() -> None:
    errors = [{"pointer": "/members/0/name", "code": "missing", "message": "必填"}]
    assert body_of(Invalid(errors=errors))["errors"] == errors


def test_a_failures_own_data_stands_beside_but_never_instead_of_the_fixed_members() -> None:
    body = body_of(RuleBroken(allowed=["SUBMITTED"], status=200, code="x"))
    assert (body["allowed"], body["status"], body["code"]) == (["SUBMITTED"], 409, "rule_broken")


@pytest.mark.parametrize(("failure", "seconds"), [(TooMany(retry_after=7), b"7"), (Unavailable(), b"1")])
def test_whoever_may_come_back_is_told_when(failure: Failure, seconds: bytes) -> None:
    assert headers_of(failure)[b"retry-after"] == seconds
    assert body_of(failure)["retryable"] is True
    assert "retry_after" not in body_of(failure)


def test_a_token_that_does_not_hold_is_named_as_the_reason() -> None:
    assert headers_of(NotIdentified())[b"www-authenticate"] == b"Bearer"
    assert headers_of(NotIdentified(token_given=True))[b"www-authenticate"] == b'Bearer error="invalid_token"'
    assert "token_given" not in body_of(NotIdentified(token_given=True))


def test_a_problem_is_never_cached() -> None:
    assert headers_of(NotFound())[b"cache-control"] == b"no-store"
    assert headers_of(NotFound())[b"content-type"] == b"application/problem+json"
