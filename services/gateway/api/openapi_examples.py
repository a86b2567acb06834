"""Examples of the API document: for each operation one request as it was sent to a running product, and its answer."""

from collections.abc import Mapping
from typing import Any

Examples = Mapping[str, Mapping[str, Any]]
"""Operation id → {parameters, request, response}, each where the operation has one."""
JSON = "application/json"


def with_example(operation: dict[str, Any], examples: Examples) -> dict[str, Any]:
    """The operation, its own parts untouched, with the example where the document's readers look for it."""
    example = examples.get(operation["operationId"])
    if example is None:
        return operation
    operation = dict(operation)
    given = example.get("parameters", {})
    if "parameters" in operation:
        operation["parameters"] = [
            {**parameter, "example": given[parameter["name"]]} if parameter.get("name") in given else parameter
            for parameter in operation["parameters"]
        ]
    if "request" in example and JSON in operation.get("requestBody", {}).get("content", {}):
        operation["requestBody"] = _shown(operation["requestBody"], example["request"])
    if "response" in example:
        operation["responses"] = {
            status: _shown(answer, example["response"])
            if status.startswith("2") and JSON in answer.get("content", {})
            else answer
            for status, answer in operation["responses"].items()
        }
    return operation


def _shown(part: dict[str, Any], example: Any) -> dict[str, Any]:
    """A request body or an answer with its example."""
    content = part["content"]
    return {**part, "content": {**content, JSON: {**content[JSON], "example": example}}}
