"""WeChat's code2session for the demonstration and tests: the same address, fields and error codes, no network.

Any long enough code stands for one invented WeChat user, the same each time, so that the demonstration's code may be
used more than once; `once=True` takes each code once, as WeChat does.
"""

import base64
from hashlib import sha256

import orjson

from services.gateway.clients.upstream import Receive, Scope, Send

SHORTEST_CODE = 16
# Codes by which a test asks for one of WeChat's refusals, such as `errcode-45011-invented`.
ERROR_PREFIX = "errcode-"


def openid_of_code(code: str) -> str:
    """The invented openid behind a code: 28 characters that begin with o, as WeChat's do."""
    return "o" + base64.urlsafe_b64encode(sha256(b"openid:" + code.encode()).digest()).decode()[:27]


class WechatStandIn:
    """An ASGI application; give it to httpx as `ASGITransport(WechatStandIn())`."""

    def __init__(self, *, once: bool = False) -> None:
        self._once = once
        self._used: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive  # code2session is a GET
        body = orjson.dumps(self._answer(scope))
        # WeChat answers JSON as text/plain, and its errors with status 200.
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, scope: Scope) -> dict[str, str | int]:
        query = dict(pair.split("=", 1) for pair in scope["query_string"].decode("ascii").split("&") if "=" in pair)
        code = query.get("js_code", "")
        if scope["path"] != "/sns/jscode2session" or query.get("grant_type") != "authorization_code":
            return {"errcode": 40002, "errmsg": "invalid grant_type"}
        if code.startswith(ERROR_PREFIX):
            return {"errcode": int(code.removeprefix(ERROR_PREFIX).rpartition("-")[0]), "errmsg": "as asked"}
        if len(code) < SHORTEST_CODE:
            return {"errcode": 40029, "errmsg": "invalid code"}
        if self._once and code in self._used:
            return {"errcode": 40163, "errmsg": "code been used"}
        self._used.add(code)
        session_key = base64.b64encode(sha256(b"session:" + code.encode()).digest()[:16]).decode()
        return {"openid": openid_of_code(code), "session_key": session_key}
