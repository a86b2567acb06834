"""Paths, parameters, methods and headers that are meant to be read in two ways (checks S28, S29, S33, S51, S52)."""

import socket
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from tests.e2e.callers import PROBLEM, Caller, refused
from tests.e2e.hostile import PATH_VALUES, QUERY_VALUES, judge
from tests.e2e.operations import Asked, Operation
from tests.e2e.running import Bashan

TRICKS = (
    "//v1/me",
    "/v1//me",
    "/./v1/me",
    "/v1/./me",
    "/v1/x/../me",
    "/v1/x/%2e%2e/me",
    "/v1/%6de",
    "/v1%2fme",
    "/v1/me%2f",
    "/v1/me;x=1",
    "/v1/me%00",
    "/v1/me%0d%0aX:%20y",
    "/V1/ME",
    "/v1/me/",
    "/v1/me#x",
    "/v1\\me",
    "/v1/me%20",
    "/v1/" + "a" * 5000,
    "/v1/households/v1/households",
    "/households/v1/regions/511921",
    "/internal/changes",
    "/v1/partner/../me",
    "http://evil.example/v1/me",
    "/v1/%E2%80%AEme",
)


@dataclass(frozen=True)
class RawReply:
    status: int
    headers: dict[str, str]
    body: bytes

    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == PROBLEM, (self.status, self.headers, self.body[:200])
        found: dict[str, Any] = orjson.loads(self.body)
        return found


def raw(product: Bashan, method: str, target: str, *lines: str) -> RawReply:
    """A request as it is spelt here, byte for byte."""
    head = "\r\n".join([f"{method} {target} HTTP/1.1", "Host: x", "Connection: close", *lines, "", ""])
    with socket.create_connection(("127.0.0.1", product.port), timeout=20) as connection:
        connection.sendall(head.encode("latin-1"))
        reply = HTTPResponse(connection, method=method)
        try:
            reply.begin()
            headers = {name.lower(): value for name, value in reply.getheaders()}
            return RawReply(reply.status, headers, reply.read())
        finally:
            reply.close()


@pytest.mark.parametrize("target", TRICKS)
def test_a_path_with_two_readings_is_refused_with_and_without_a_token(
    product: Bashan, county: Caller, target: str
) -> None:
    for lines in ((), (f"Authorization: Bearer {county.token}",)):
        reply = raw(product, "GET", target, *lines)
        assert reply.status in {400, 404}, target
        assert reply.problem()["code"] in {"path_not_canonical", "route_unknown", "http_unreadable"}, target
        assert "no-store" in reply.headers["cache-control"]


def test_ids_in_paths_that_are_none_are_refused_or_not_there(
    operations: list[Operation], requests: dict[str, Asked], city: Caller
) -> None:
    for operation in (one for one in operations if not one.public and not one.partner):
        asked = requests[operation.operation_id]
        for name in asked.path:
            for value in PATH_VALUES:
                reply = asked.changed(path={**asked.path, name: value}).send(city, operation)
                judge(reply, value)
                assert reply.status_code >= 400, (operation, name, value, reply.text[:200])


def test_parameters_that_are_unknown_repeated_or_hostile_are_refused(
    operations: list[Operation],
    requests: dict[str, Asked],
    county: Caller,
    city: Caller,
    bank: Caller,
    helper: Caller,
    household: Caller,
) -> None:
    for operation in operations:
        asked = requests[operation.operation_id]
        caller = bank if operation.partner else county if "county_official" in operation.roles else city
        if len(operation.roles) == 1:
            caller = {"cadre": helper, "household": household}.get(next(iter(operation.roles)), caller)
        path = operation.template.format(**asked.path)
        if operation.operation_id == "sign_out":
            continue
        refused(asked.changed(query={**asked.query, "511921199001011230": "1"}).send(caller, operation), 400)
        for name in asked.query:
            twice = "&".join([*(f"{key}={value}" for key, value in asked.query.items()), f"{name}=x"])
            judge(_ask(caller, operation, asked, f"{path}?{twice}"), twice)
            refused(_ask(caller, operation, asked, f"{path}?{twice}"), 400, "parameter_duplicate")
        for name in (*asked.query, "cursor") if "limit" in asked.query else asked.query:
            for value in QUERY_VALUES:
                others = {key: given for key, given in asked.query.items() if key != name}
                query = "&".join([*(f"{key}={given}" for key, given in others.items()), f"{name}={value}"])
                judge(_ask(caller, operation, asked, f"{path}?{query}"), query)


def _ask(caller: Caller, operation: Operation, asked: Asked, target: str) -> Any:
    """httpx leaves a query alone that comes with the path."""
    how = {"json": asked.body} if asked.body is not None else {}
    return caller.send(operation.method, target, headers={"Idempotency-Key": "k"}, **how)


def test_methods_that_a_path_does_not_have_are_not_allowed(
    product: Bashan, operations: list[Operation], requests: dict[str, Asked], county: Caller
) -> None:
    bearer = f"Authorization: Bearer {county.token}"
    for template in {operation.template for operation in operations}:
        here = [one for one in operations if one.template == template]
        path = template.format(**requests[here[0].operation_id].path)
        for method in ("TRACE", "PATCH", "DELETE", "OPTIONS", "PROPFIND"):
            reply = raw(product, method, path, bearer, "X-HTTP-Method-Override: GET", "Content-Length: 0")
            assert reply.status in {400, 405}, (method, path, reply.status)
            assert reply.problem()["code"] in {"method_not_allowed", "http_unreadable"}
            if reply.status == 405:
                allowed = {one.method for one in here}
                assert set(reply.headers["allow"].split(", ")) >= allowed


def test_connect_opens_no_tunnel(product: Bashan) -> None:
    assert raw(product, "CONNECT", "127.0.0.1:22").status in {400, 404, 405}


def test_head_has_the_rights_of_get_and_no_body(
    product: Bashan, operations: list[Operation], requests: dict[str, Asked], county: Caller
) -> None:
    for operation in (one for one in operations if one.method == "GET" and not one.public):
        asked = requests[operation.operation_id]
        path = operation.template.format(**asked.path) + "?" + urlencode(asked.query)
        assert raw(product, "HEAD", path.removesuffix("?")).status == 401, operation
        if "county_official" in operation.roles:
            reply = raw(product, "HEAD", path.removesuffix("?"), f"Authorization: Bearer {county.token}")
            assert (reply.status, reply.body) == (asked.send(county, operation).status_code, b""), operation


def test_a_request_id_of_the_callers_is_kept_when_it_is_sane(county: Caller) -> None:
    sane = county.send("GET", "/v1/me", headers={"X-Request-Id": "clerk-0001.a"})
    assert sane.headers["x-request-id"] == "clerk-0001.a"
    odd = county.send("GET", "/v1/regions/x", headers={"X-Request-Id": "511921199001011230 '\"<x>"})
    assert "511921" not in refused(odd, 422)["request_id"]


def test_personal_answers_are_kept_by_nobody_and_name_no_server(
    operations: list[Operation], requests: dict[str, Asked], county: Caller
) -> None:
    for operation in (one for one in operations if one.method == "GET" and "county_official" in one.roles):
        reply = requests[operation.operation_id].send(county, operation)
        assert "no-store" in reply.headers["cache-control"], operation
        assert not {"server", "x-powered-by"} & set(reply.headers), operation


def test_no_personal_value_travels_in_an_address(product: Bashan) -> None:
    """Parameters are codes, ids, days and page marks (checks S51)."""
    document = product.anyone().get("/openapi.json").json()
    names = {
        parameter["name"]
        for methods in document["paths"].values()
        for operation in methods.values()
        for parameter in operation.get("parameters", [])
        if parameter.get("in") in {"query", "path"}
    }
    harmless = {
        "region",
        "state",
        "year",
        "code",
        "status",
        "kind",
        "limit",
        "cursor",
        "as_of",
        "day",
        "card_id",
        "version",
        "form",
        "left_out",
    }
    harmless |= {"from", "to", "days", "within", "cycle"}
    harmless |= {"cadre", "assignee", "monitoring_type", "overdue"}
    # The id of a score card; a place's name.
    harmless |= {"card", "called"}
    assert {name for name in names if not name.endswith("_id")} <= harmless
