"""What the front tells of each request, and of whom (checks S25)."""

from typing import Any

from services.gateway.api.doors import AccessLine
from services.gateway.clients.asgi_upstream import AsgiUpstream
from services.gateway.clients.upstream import Receive, Scope, Send
from tests.builders.front import (
    OFFICIALS,
    Someone,
    ask,
    front,
    over_http,
    say_ok,
    scripted,
    serving,
)


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
