"""How the tests of credit ask, and what an error looks like to them."""

from dataclasses import dataclass
from typing import Any

import httpx

from shared.ids import new_id


@dataclass
class Caller:
    client: httpx.AsyncClient

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(path, params=params)

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> httpx.Response:
        sent = {"idempotency-key": key or str(new_id())}
        return await self.client.post(path, json=body, headers=sent)

    async def post_text(self, path: str, text: str | bytes, **headers: str) -> httpx.Response:
        sent = {"idempotency-key": str(new_id()), "content-type": "application/json", **headers}
        return await self.client.post(path, content=text, headers=sent)

    async def put(self, path: str, body: dict[str, Any], version: int | None = None) -> httpx.Response:
        """Version 0 begins, None says nothing of a version."""
        headers = {} if version is None else {"if-match": f'"v{version}"'} if version else {"if-none-match": "*"}
        return await self.client.put(path, json=body, headers=headers)


def assert_problem(reply: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The one shape of an error, never to be kept by a cache; its body."""
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json"), reply.text
    assert reply.headers["cache-control"] == "no-store"
    body: dict[str, Any] = reply.json()
    assert {"type", "title", "detail", "instance", "request_id", "retryable", "errors"} <= set(body)
    assert (body["status"], body["code"]) == (status, code), body
    assert body["message"].endswith("。")
    return body
