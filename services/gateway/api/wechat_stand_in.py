"""WeChat for the demonstration and tests: the same addresses, fields and error codes, no network.

code2session, stable_token and getuserphonenumber, as WeChat documents them. Any long enough login code stands for one
invented WeChat user, the same each time, so that the demonstration's code may be used more than once; a phone code
names the phone it stands for (`phone-13800000001-invented`). `once=True` takes each code once, as WeChat does.
"""

import base64
import re
from hashlib import sha256
from typing import Any

import orjson

from services.gateway.clients.upstream import Receive, Scope, Send

SHORTEST_CODE = 16
# Codes by which a test asks for one of WeChat's refusals, such as `errcode-45011-invented`.
ERROR_PREFIX = "errcode-"
TOKEN_LIVES = 7200
_PHONE_CODE = re.compile(r"phone-(1\d{10})-[A-Za-z0-9_-]+")


def session_key_of_code(code: str) -> str:
    """What no answer of ours, no row and no log may ever show."""
    return base64.b64encode(sha256(b"session:" + code.encode()).digest()[:16]).decode()


def openid_of_code(code: str) -> str:
    """The invented openid behind a code: 28 characters that begin with o, as WeChat's do."""
    return "o" + base64.urlsafe_b64encode(sha256(b"openid:" + code.encode()).digest()).decode()[:27]


class WechatStandIn:
    """An ASGI application; give it to httpx as `ASGITransport(WechatStandIn())`.

    `tokens_given` counts the answers of stable_token, which gives the same token until `forget_token` lets it run out.
    """

    def __init__(self, *, once: bool = False) -> None:
        self._once = once
        self._used: set[str] = set()
        self._token = ""
        self._tokens_made = 0
        self.tokens_given = 0

    def forget_token(self) -> None:
        """The access token counts no more, before its time."""
        self._token = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = dict(pair.split("=", 1) for pair in scope["query_string"].decode("ascii").split("&") if "=" in pair)
        body = orjson.dumps(self._answer(scope["path"], query, await _body(receive)))
        # WeChat answers JSON as text/plain, and its errors with status 200.
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, path: str, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        if path == "/sns/jscode2session" and query.get("grant_type") == "authorization_code":
            return self._session(query.get("js_code", ""))
        if path == "/cgi-bin/stable_token" and body.get("grant_type") == "client_credential":
            return self._stable_token()
        if path == "/wxa/business/getuserphonenumber":
            return self._phone(query.get("access_token", ""), str(body.get("code", "")))
        return {"errcode": 40002, "errmsg": "invalid grant_type"}

    def _session(self, code: str) -> dict[str, Any]:
        if refusal := self._refusal(code):
            return refusal
        if len(code) < SHORTEST_CODE:
            return {"errcode": 40029, "errmsg": "invalid code"}
        return {"openid": openid_of_code(code), "session_key": session_key_of_code(code)}

    def _stable_token(self) -> dict[str, Any]:
        if not self._token:
            self._tokens_made += 1
            self._token = f"stand-in-access-token-{self._tokens_made}"
        self.tokens_given += 1
        return {"access_token": self._token, "expires_in": TOKEN_LIVES}

    def _phone(self, token: str, code: str) -> dict[str, Any]:
        if not self._token or token != self._token:
            return {"errcode": 42001, "errmsg": "access_token expired"}
        if refusal := self._refusal(code):
            return refusal
        named = _PHONE_CODE.fullmatch(code)
        if named is None:
            return {"errcode": 40029, "errmsg": "invalid code"}
        shown = {"phoneNumber": named[1], "purePhoneNumber": named[1], "countryCode": "86"}
        return {"errcode": 0, "errmsg": "ok", "phone_info": shown}

    def _refusal(self, code: str) -> dict[str, Any] | None:
        """The refusal that the code asks for, or that of a used one."""
        if code.startswith(ERROR_PREFIX):
            return {"errcode": int(code.removeprefix(ERROR_PREFIX).rpartition("-")[0]), "errmsg": "as asked"}
        if self._once and code in self._used:
            return {"errcode": 40163, "errmsg": "code been used"}
        self._used.add(code)
        return None


async def _body(receive: Receive) -> dict[str, Any]:
    pieces: list[bytes] = []
    more = True
    while more:
        message = await receive()
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    content = b"".join(pieces)
    return orjson.loads(content) if content else {}
