"""Loaded by schemathesis: what fits the API document is taken, unless a rule forbids it that a schema cannot say.

Its own check of that kind (`positive_data_acceptance`) knows statuses only; this one knows the code of each refusal.
"""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import schemathesis

from tests.e2e.beyond_schemas import RULES, business_refusals

_keys_sent: set[str] = set()
_SOUND_KEY = re.compile(r"[!-~]([ -~]{0,198}[!-~])?")
_OF_STATE = {401, 403, 404, 409, 412, 429}
"""Who asks, what there is, and how often: no schema has a say in it."""


@schemathesis.check
def takes_what_fits(
    _ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """Every refusal that names a value which fits is one of RULES; 5xx has a check of its own.

    A 422 that names none has to be a refusal that the domain of a service declares: a rule of the business over several
    values (a witness where one acts for another, a day that has not come), which no schema says.
    """
    fits = case.meta is not None and case.meta.generation.mode.is_positive
    if not fits or not 400 <= response.status_code < 500 or response.status_code in _OF_STATE:
        return
    # An id that was null in an answer before (a post that nobody holds) is none to ask with.
    if "/null" in str(response.request.path_url):
        return
    problem = response.json()
    if not problem["errors"] and problem["code"] in business_refusals():
        return
    label, carried = case.operation.label, _carried(case)
    for code in _codes(problem):
        rule = RULES.get(code)
        if rule is None or not rule.holds_for(label, carried):
            raise AssertionError(f"{label} refuses what fits its schema: {code} {problem['errors']}")


@schemathesis.hook
def before_call(_ctx: schemathesis.HookContext, case: schemathesis.Case[Any], _kwargs: dict[str, Any]) -> None:
    """A wrong request brings a key of its own: with one that came before it would be given the right one's answer."""
    key = str(case.headers["Idempotency-Key"]) if "Idempotency-Key" in case.headers else ""
    if case.meta is None or case.meta.generation.mode.is_positive or key not in _keys_sent:
        _keys_sent.add(key)
    elif _SOUND_KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())


def _codes(problem: dict[str, Any]) -> list[str]:
    """Of the values where it names them, else of the whole."""
    return [error["code"] for error in problem["errors"]] or [problem["code"]]


def _carried(case: schemathesis.Case[Any]) -> set[str]:
    """Names of what came with the request, at any depth of its body, and of the headers that it might have carried."""
    headers = {parameter.name.lower() for parameter in case.operation.headers}
    return headers | {*(case.path_parameters or {}), *(case.query or {}), *_names(case.body)}


def _names(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        yield from body
    for inside in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from _names(inside)
