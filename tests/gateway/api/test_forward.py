"""What the front lets through, and what it tells those whom it does not (checks S25, S28, S29, S35)."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import httpx
import pytest

from services.gateway.api.doors import AccessLine, Limits
from services.gateway.api.forward import Forwarder
from services.gateway.clients.asgi_upstream import AsgiUpstream
from services.gateway.clients.upstream import Receive, Scope, Send
from services.gateway.domain.route_table import RouteTable, Row
from shared.errors import NotIdentified, TooMany
from tests.builders.front import (
    OFFICIALS,
    ROWS,
    TOKEN,
    Someone,
    ask,
    authenticate,
    calling,
    front,
    over_http,
    say_ok,
    scripted,
    serving,
)
from tests.builders.sibling import ID_LENGTH, assert_is_problem, service


@pytest.fixture(params=["in process", "over HTTP", "over HTTP on a rested connection"])
async def port(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    """The front's port: the same service behind it in the same process, and in another one. Where a connection to it
    rests, a request that has come whole goes the express way."""
    if request.param == "in process":
        with serving(front(AsgiUpstream("households", service()))) as front_port:
            yield front_port
    else:
        with serving(service()) as inner, serving(front(over_http(f"http://127.0.0.1:{inner}"))) as front_port:
            if "rested" in request.param:
                assert (await ask(front_port, "/v1/notices/1", token=None)).status == 200
            yield front_port


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


async def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(port: int) -> None:
    async with calling(port) as caller:
        caller.send("/v1/households", "POST", {"Content-Length": "2000000"})
        answer = await asyncio.wait_for(caller.answer(), 2)
        assert_is_problem(answer, 413, "body_too_large")
        assert answer.problem["limit_bytes"] == 1_000_000


async def test_a_body_in_chunks_is_counted_and_refused_when_it_becomes_too_large(port: int) -> None:
    async with calling(port) as caller:
        caller.send("/v1/households", "POST", {"Transfer-Encoding": "chunked"})
        for _ in range(20):
            caller.writer.write(b"%x\r\n%b\r\n" % (100_000, b"x" * 100_000))
            await caller.writer.drain()
        caller.writer.write(b"0\r\n\r\n")
        assert_is_problem(await caller.answer(), 413, "body_too_large")
        assert (await caller.ask()).status == 200


async def test_a_body_within_the_limit_arrives_whole(port: int) -> None:
    answer = await ask(port, "/v1/households", "POST", body=b"x" * 1_000_000)
    assert answer.body == b'{"bytes":1000000}'


async def test_a_door_for_uploads_takes_more(port: int) -> None:
    answer = await ask(port, "/v1/imports", "POST", body=b"x" * 3_000_000)
    assert answer.body == b'{"bytes":3000000}'


async def test_a_refused_caller_may_go_on_with_the_same_connection(port: int) -> None:
    async with calling(port) as caller:
        assert (await caller.ask("/v1/households", "POST", body=b"x" * 200_000, token=None)).status == 401
        assert (await caller.ask("/v1/households", "POST", body=b"ok")).status == 200


async def test_an_answer_in_parts_arrives_whole(port: int) -> None:
    async with calling(port) as caller:
        assert (await caller.ask("/v1/reports")).body == b"part part part "
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


async def test_what_happened_is_counted_and_logged_without_the_query() -> None:
    observed: list[tuple[Any, ...]] = []
    lines: list[AccessLine] = []
    async with scripted(say_ok) as upstream:
        watched = front(over_http(upstream.url), observe=lambda *what: observed.append(what), access_log=lines.append)
        with serving(watched) as port:
            await ask(port, "/v1/households/7?as_of=2026-01-01")
            await ask(port, "/v1/households/7")
            await ask(port, "/nowhere", token=None)
    assert [what[:3] for what in observed] == [
        ("/v1/households/{id}", "GET", 200), ("/v1/households/{id}", "GET", 200), ("", "GET", 404),
    ]  # fmt: skip
    assert all(0 <= upstream_seconds <= seconds for *_, seconds, upstream_seconds, _ in observed)
    assert [what[-1] for what in observed[:2]] == [2, 2]
    assert [(line.template, line.status, line.client, line.code) for line in lines] == [
        ("/v1/households/{id}", 200, "127.0.0.1", ""),
        ("/v1/households/{id}", 200, "127.0.0.1", ""),
        ("", 404, "127.0.0.1", "route_unknown"),
    ]
    assert lines[0].principal == Someone(OFFICIALS)


async def test_behind_a_trusted_proxy_the_callers_address_is_the_one_it_reports() -> None:
    lines: list[AccessLine] = []
    seen: list[Scope] = []

    async def look(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        seen.append(scope)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    for trusted, address in ((frozenset({"127.0.0.1"}), "1.2.3.4"), (frozenset[str](), "127.0.0.1")):
        app = front(AsgiUpstream("households", look), access_log=lines.append, trusted_proxies=trusted)
        with serving(app) as port:
            await ask(port, headers={"X-Forwarded-For": "6.6.6.6, 1.2.3.4"})
        assert lines[-1].client == address
        assert seen[-1]["client"][0] == address


async def test_the_front_is_an_ordinary_asgi_app_too() -> None:
    app = front(AsgiUpstream("households", service()))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        allowed = await client.get("/v1/households/7", headers={"Authorization": TOKEN})
        refused = await client.get("/v1/households/7")
        head = await client.head("/v1/households/7", headers={"Authorization": TOKEN})
    assert (allowed.status_code, refused.status_code, head.status_code) == (200, 401, 200)
    assert head.content == b""


async def test_start_and_stop_go_to_the_app_that_has_a_lifespan() -> None:
    heard: list[str] = []

    async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
        del receive, send
        heard.append(scope["type"])

    app = front(AsgiUpstream("households", service()), lifespan=lifespan)
    await app({"type": "lifespan"}, asyncio.Queue[Any]().get, asyncio.Queue[Any]().put)
    assert heard == ["lifespan"]


def test_a_row_whose_service_has_no_upstream_is_noticed_at_the_start() -> None:
    with pytest.raises(ValueError, match="no upstream for households"):
        Forwarder(RouteTable(ROWS), {}, authenticate)


async def test_requests_that_come_in_the_same_moment_take_their_places_one_after_the_other() -> None:
    hold = threading.Event()

    async def held(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await asyncio.to_thread(hold.wait, 5)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    stuck = threading.Event()

    def wait_first(authorization: bytes) -> Someone:
        """Holds the whole front up once, so that the requests behind the first are read in one go."""
        if not stuck.is_set():
            stuck.set()
            time.sleep(0.3)
        return authenticate(authorization)

    app = front(AsgiUpstream("households", held), limits=Limits(in_flight=10), authenticate=wait_first)
    with serving(app) as port:
        asking = [asyncio.ensure_future(ask(port)) for _ in range(20)]
        await asyncio.sleep(0.6)
        hold.set()
        statuses = sorted([answer.status for answer in await asyncio.gather(*asking)])
    assert statuses == [204] * 8 + [503] * 12
