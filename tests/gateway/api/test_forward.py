"""What the front lets through, and what it tells those whom it does not (checks S28, S29)."""

import asyncio
from collections.abc import Awaitable

import httpx
import pytest

from services.gateway.domain.route_table import Row
from shared.errors import NotIdentified, TooMany
from tests.builders.front import (
    OFFICIALS,
    TOKEN,
    Someone,
    ask,
    calling,
    front,
    over_http,
    say_ok,
    scripted,
    serving,
)
from tests.builders.sibling import ID_LENGTH, assert_is_problem


async def test_an_official_reaches_the_service(port: int) -> None:
    answer = await ask(port, "/v1/households/7?as_of=2026-01-01")
    assert answer.status == 200
    assert b'"number":"7"' in answer.body
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.headers["x-request-id"]) == ID_LENGTH
    assert "server" not in answer.headers


async def test_the_service_gets_the_token_the_request_id_and_the_time_it_has(port: int) -> None:
    answer = await ask(port, headers={"X-Request-Id": "phone-42-abcdef", "X-User-Id": "forged"})
    headers = httpx.Response(200, content=answer.body).json()["headers"]
    assert headers["authorization"] == TOKEN
    assert headers["x-request-id"] == "phone-42-abcdef"
    assert headers["x-deadline-ms"] == "10000"
    assert "x-user-id" not in headers


async def test_a_public_door_asks_for_no_token(port: int) -> None:
    assert (await ask(port, "/v1/notices/3", token=None)).status == 200
    assert (await ask(port, "/v1/notices/3", token="Bearer nonsense")).status == 200


async def test_without_a_token_the_caller_is_asked_to_identify(port: int) -> None:
    answer = await ask(port, token=None)
    assert_is_problem(answer, 401, "not_identified")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_with_a_bad_token_the_caller_is_told_so(port: int) -> None:
    answer = await ask(port, token="Bearer forged")
    assert_is_problem(answer, 401, "not_identified")
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_a_role_that_the_policy_does_not_name_is_not_permitted(port: int) -> None:
    answer = await ask(port, "/v1/partner/grades/query", "POST", body=b"{}")
    assert_is_problem(answer, 403, "not_permitted")


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/unheard", "/v1/households/7/", "/V1/households/7", "/openapi.json"])
async def test_what_the_policy_does_not_name_is_unknown(port: int, path: str) -> None:
    assert_is_problem(await ask(port, path), 404, "route_unknown")


@pytest.mark.parametrize("path", ["/internal/changes", "/internal/changes?after=x", "/internal"])
async def test_the_inner_doors_of_services_are_not_reachable(port: int, path: str) -> None:
    assert_is_problem(await ask(port, path), 404, "route_unknown")


@pytest.mark.parametrize(
    "path",
    [
        "//v1/households/7", "/v1//households/7", "/v1/./households/7", "/v1/notices/../households/7",
        "/v1/%2e%2e/internal/changes", "/v1%2fhouseholds%2f7", "/v1/households/7;x=1", "/v1/households/%00",
        "/v1/households/\x7f", "/v1\\households\\7", "http://gateway/v1/households/7", "/v1/households/7?a=\xe6",
        "/" + "a" * 5000, "/v1/households/..%2f..%2finternal%2fchanges", "/v1/notices/7#/../households",
    ],
)  # fmt: skip
async def test_paths_with_two_readings_are_refused(port: int, path: str) -> None:
    answer = await ask(port, path)
    assert answer.status in {400, 404}
    assert answer.problem["code"] in {"path_not_canonical", "http_unreadable", "route_unknown"}


@pytest.mark.parametrize("method", ["TRACE", "PATCH", "OPTIONS", "DELETE", "PROPFIND"])
async def test_other_methods_are_not_allowed(port: int, method: str) -> None:
    answer = await ask(port, "/v1/households/7", method)
    assert_is_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, PUT"


async def test_connect_is_not_allowed_anywhere(port: int) -> None:
    answer = await ask(port, "gateway:443", "CONNECT")
    assert answer.status == 405
    assert answer.problem["code"] == "method_not_allowed"


async def test_a_method_in_a_header_changes_nothing(port: int) -> None:
    answer = await ask(port, headers={"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE"})
    assert answer.status == 200
    assert b'"method":"GET"' in answer.body
    assert b"override" not in answer.body


async def test_head_is_answered_where_get_is_and_refused_where_get_is(port: int) -> None:
    async with calling(port) as caller:
        answer = await caller.ask(method="HEAD")
        assert (answer.status, answer.body) == (200, b"")
        assert (await caller.ask(method="HEAD", token=None)).status == 401
        assert (await caller.ask("/v1/households", "HEAD")).status == 405
        assert (await caller.ask()).status == 200


@pytest.mark.parametrize("name", ["Authorization", "Host", "Content-Length"])
async def test_a_header_that_decides_something_may_not_come_twice(port: int, name: str) -> None:
    async with calling(port) as caller:
        caller.writer.write(b"GET /v1/households/7 HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer good\r\n")
        value = {"Authorization": "Bearer good", "Host": "gateway", "Content-Length": "0\r\nContent-Length: 0"}[name]
        caller.writer.write(f"{name}: {value}\r\n\r\n".encode())
        answer = await caller.answer()
    assert answer.status == 400
    assert answer.problem["code"] in {"header_refused", "http_unreadable"}


async def test_a_principal_may_be_looked_up_while_others_are_served() -> None:
    async def look_up() -> Someone:
        await asyncio.sleep(0.01)
        return Someone(OFFICIALS)

    def slowly(authorization: bytes) -> Awaitable[Someone]:
        assert authorization
        return look_up()

    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url), authenticate=slowly)) as port:
            assert (await ask(port)).status == 200


async def test_a_look_up_that_fails_refuses_the_token() -> None:
    async def refuse() -> Someone:
        await asyncio.sleep(0)
        raise NotIdentified

    with serving(front(over_http("http://127.0.0.1:1"), authenticate=lambda _: refuse())) as port:
        answer = await ask(port)
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_a_quota_that_is_used_up_says_when_to_come_back() -> None:
    def refuse(row: Row, principal: object, client: str) -> None:
        assert (row.template, principal, client) == ("/v1/households/{id}", Someone(OFFICIALS), "127.0.0.1")
        raise TooMany(retry_after=7)

    with serving(front(over_http("http://127.0.0.1:1"), quota=refuse)) as port:
        answer = await ask(port)
    assert_is_problem(answer, 429, "too_many")
    assert answer.headers["retry-after"] == "7"
