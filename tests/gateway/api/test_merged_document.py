"""One document for all services: what each of them calls by the same name stays its own."""

from typing import Any

from services.gateway.api.openapi import merged_openapi
from services.gateway.domain.policy import ROWS
from services.gateway.domain.route_table import Row


def a_service(path: str, look: dict[str, Any]) -> dict[str, Any]:
    """It answers `path` with a page of looks, by the names that both services use."""
    page = {"type": "array", "items": {"$ref": "#/components/schemas/Look"}}
    schema = {"$ref": "#/components/schemas/Looks"}
    answer = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    return {
        "paths": {path: {"get": {"operationId": path, "responses": {"200": answer}}}},
        "components": {"schemas": {"Look": look, "Looks": page}},
    }


def row_of(path: str) -> Row:
    return next(row for row in ROWS if (row.method, row.template) == ("GET", path))


def test_pages_that_look_alike_but_hold_different_things_are_kept_apart() -> None:
    first, second = "/v1/households/{household_id}/looks", "/v1/credit/households/{household_id}/queries"
    text, number = {"type": "string"}, {"type": "integer"}
    document = merged_openapi(
        {"households": a_service(first, text), "credit": a_service(second, number)}, [row_of(first), row_of(second)], {}
    )
    schemas = document["components"]["schemas"]

    def item_of(path: str) -> Any:
        page = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        return schemas[schemas[page["$ref"].rsplit("/", 1)[1]]["items"]["$ref"].rsplit("/", 1)[1]]

    assert (item_of(first), item_of(second)) == (text, number)


def test_what_two_services_mean_alike_stands_once() -> None:
    first, second = "/v1/households/{household_id}/looks", "/v1/credit/households/{household_id}/queries"
    alike = {"type": "string"}
    document = merged_openapi(
        {"households": a_service(first, alike), "credit": a_service(second, alike)}, [row_of(first), row_of(second)], {}
    )
    assert {"Look", "Looks"} <= set(document["components"]["schemas"])
    assert "CreditLooks" not in document["components"]["schemas"]
