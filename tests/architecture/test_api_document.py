"""The API document is the contract: written down, declared in the policy, and never broken unseen."""

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bashan.api_changes import breaking_changes
from bashan.openapi_document import merged_document, text_of
from services.gateway.domain.policy import ROWS

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
# Pages and health of the gateway itself: they answer, but are no part of the contract.
UNDOCUMENTED = {"/", "/docs", "/docs/{name}", "/metrics", "/openapi.json", "/livez", "/readyz"}


@cache
def live() -> dict[str, Any]:
    return merged_document()


def written() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DOCUMENT.read_text("utf-8"))
    return found


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(m.upper(), path, op) for path, methods in live()["paths"].items() for m, op in methods.items()]


def parameters(operation: dict[str, Any]) -> list[dict[str, Any]]:
    shared = live()["components"].get("parameters", {})
    return [shared[p["$ref"].rsplit("/", 1)[1]] if "$ref" in p else p for p in operation.get("parameters", [])]


def test_nothing_that_a_client_relies_on_has_gone() -> None:
    assert breaking_changes(written(), live()) == []


def test_the_written_document_is_the_live_one() -> None:
    assert DOCUMENT.read_text("utf-8") == text_of(live()), "run: python -m bashan.openapi_document > docs/openapi.json"


def test_every_operation_has_a_row_of_the_policy_and_every_row_an_operation() -> None:
    declared = {(row.method, row.template) for row in ROWS if row.template not in UNDOCUMENTED}
    assert {(method, path) for method, path, _ in operations()} == declared


def test_the_doors_that_ask_for_a_second_factor_are_those_whose_service_asks_again() -> None:
    asked = {(row.method, row.template) for row in ROWS if row.step_up}
    assert {(method, path) for method, path, operation in operations() if operation.get("x-step-up")} == asked != set()


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert sorted(set(ids)) == sorted(ids)


def test_no_personal_name_or_number_is_in_a_url() -> None:
    personal = re.compile(r"name|phone|id_number|idcard|address|birth", re.IGNORECASE)
    for method, path, operation in operations():
        for parameter in parameters(operation):
            if parameter["in"] in ("path", "query"):
                assert not personal.search(parameter["name"]), f"{method} {path}: {parameter['name']}"


def test_every_writing_post_declares_its_idempotency_key() -> None:
    for method, path, operation in operations():
        if method == "POST" and path == "/v1/households":
            assert "idempotency-key" in {parameter["name"].lower() for parameter in parameters(operation)}


def _with(change: Any) -> list[str]:
    before = written()
    after = copy.deepcopy(before)
    change(after)
    return breaking_changes(before, after)


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda d: d["paths"].pop("/v1/me"), "GET /v1/me: gone"),
        (
            lambda d: d["paths"]["/v1/households"]["get"]["parameters"].pop(0),
            "gone",
        ),
        (
            lambda d: d["components"]["schemas"]["HouseholdIn"]["required"].append("address"),
            "POST /v1/households: input address newly required",
        ),
        (
            lambda d: d["components"]["schemas"]["HouseholdIn"]["properties"].pop("address"),
            "POST /v1/households: input address gone",
        ),
        (
            lambda d: d["components"]["schemas"]["ResultOut"]["properties"].pop("grade"),
            "POST /v1/partner/grades/query.results: output grade gone",
        ),
    ],
)
def test_a_breaking_change_is_seen(change: Any, finding: str) -> None:
    assert any(finding in line for line in _with(change))


def test_what_is_added_breaks_nobody() -> None:
    def add(document: dict[str, Any]) -> None:
        document["paths"]["/v1/new"] = {"get": {"operationId": "new", "responses": {}}}
        document["components"]["schemas"]["ResultOut"]["properties"]["new"] = {"type": "string"}

    assert _with(add) == []


def test_no_shape_is_called_by_the_module_that_it_stands_in() -> None:
    """FastAPI does so when one service has two shapes of one name."""
    assert [name for name in live()["components"]["schemas"] if "__" in name] == []
