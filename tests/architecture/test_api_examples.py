"""Each operation of the API document shows a request that was sent and its answer, and both fit their schemas."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from bashan.openapi_document import merged_document
from services.gateway.storage.shipped_examples import recorded_examples

JSON = "application/json"


@cache
def document() -> dict[str, Any]:
    return merged_document()


def shown(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What of an operation is JSON: its request body and its good answers, each with a word for which it is."""
    parts = [("request", operation.get("requestBody", {}))]
    parts += [("answer", answer) for status, answer in operation["responses"].items() if status.startswith("2")]
    for what, part in parts:
        if JSON in part.get("content", {}):
            yield what, part["content"][JSON]


OPERATIONS = {
    operation["operationId"]: operation for methods in document()["paths"].values() for operation in methods.values()
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_shows_what_is_sent_and_what_comes_back(name: str) -> None:
    for what, part in shown(OPERATIONS[name]):
        assert "example" in part, f"{what}: record it, see tests/recording.py"
        schema = {**part["schema"], "components": document()["components"]}
        jsonschema_rs.validator_for(schema).validate(part["example"])


def test_no_example_is_left_of_an_operation_that_has_gone() -> None:
    assert set(recorded_examples()) - set(OPERATIONS) == set()
