"""One OpenAPI document for all services: their documents joined, with problems, security and rights declared.

A service writes only its own shapes. What the gateway knows for all of them is added here: the problem answers of each
operation, which token opens it, the Idempotency-Key, and an example that was really asked and answered. Two services
may call different shapes by one name; then the later one gets its service's name before it.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from services.gateway.api.openapi_examples import Examples, with_example
from services.gateway.api.openapi_parts import COMPONENTS, problem_name, problem_statuses
from services.gateway.domain.route_table import Row

Document = dict[str, Any]
SCHEMAS = "#/components/schemas/"
METHODS = ("get", "post", "put", "delete")
_FASTAPI_OWN = ("HTTPValidationError", "ValidationError")


def merged_openapi(documents: Mapping[str, Document], policy: Iterable[Row], examples: Examples) -> Document:
    """`documents`: service → its document. Only operations that the policy knows are in the answer."""
    rows = {(row.method.lower(), row.template): row for row in policy}
    paths: Document = {}
    components = deepcopy(COMPONENTS)
    for service, document in documents.items():
        renamed = _take_schemas(service, document, components["schemas"])
        for path, operations in document.get("paths", {}).items():
            for method in METHODS:
                row = rows.get((method, path))
                if method in operations and row is not None:
                    operation = with_example(_rewrite(operations[method], renamed), examples)
                    _ask_for_version(method, operation, components["schemas"])
                    paths.setdefault(path, {})[method] = _declared(operation, row)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "巴山",
            "version": "1",
            "description": "农户、帮扶、信用三项服务的统一接口。示例中的人物和编号均为虚构。",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": components,
    }


def _take_schemas(service: str, document: Document, schemas: Document) -> dict[str, str]:
    """Adds a service's schemas; the references that have to be written otherwise."""
    own = {
        name: schema
        for name, schema in document.get("components", {}).get("schemas", {}).items()
        if name not in _FASTAPI_OWN
    }
    renamed = _renamed(service, own, schemas)
    for name, schema in own.items():
        reference = SCHEMAS + name
        schemas[renamed.get(reference, reference).removeprefix(SCHEMAS)] = _rewrite(schema, renamed)
    return renamed


def _renamed(service: str, own: Document, schemas: Document) -> dict[str, str]:
    """What is another's under the same name gets a name of its own; so does, in turn, what looks alike but means it."""
    renamed: dict[str, str] = {}
    while True:
        clashing = {
            SCHEMAS + name: f"{SCHEMAS}{service.capitalize()}{name}"
            for name, schema in own.items()
            if name in schemas and schemas[name] != _rewrite(schema, renamed)
        }
        if clashing.keys() <= renamed.keys():
            return renamed
        renamed |= clashing


def _rewrite(node: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _rewrite(value, renamed) for key, value in node.items()}
    if isinstance(node, list):
        return [_rewrite(value, renamed) for value in node]
    return renamed.get(node, node) if isinstance(node, str) else node


def _ask_for_version(method: str, operation: Document, schemas: Document) -> None:
    """Where the version can only stand in If-Match, that has to be there: at a PUT, and where there is no body."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    shape = schemas.get(body.get("$ref", "").removeprefix(SCHEMAS), body)
    if "requestBody" not in operation or (method == "put" and "version" not in shape.get("properties", {})):
        for parameter in operation.get("parameters", []):
            if parameter["name"].lower() == "if-match":
                parameter["required"] = True


def _declared(operation: Document, row: Row) -> Document:
    """The operation with its problem answers, its security, and who may call it."""
    responses = {status: answer for status, answer in operation.get("responses", {}).items() if status != "422"}
    if_match = any(parameter.get("name", "").lower() == "if-match" for parameter in operation.get("parameters", []))
    for status in problem_statuses(row, if_match=if_match):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{problem_name(status)}"})
    needs_key = operation.get("x-idempotent", False)
    operation = {name: value for name, value in operation.items() if name != "x-idempotent"}
    operation |= {"responses": responses, "x-roles": sorted(row.allow)}
    if row.public:
        operation["security"] = []
        return operation
    operation["security"] = [{"partner" if row.template.startswith("/v1/partner/") else "person": []}]
    if needs_key:
        key = {"$ref": "#/components/parameters/IdempotencyKey"}
        operation["parameters"] = [*operation.get("parameters", []), key]
    return operation
