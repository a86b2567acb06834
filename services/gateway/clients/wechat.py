"""What is asked of WeChat: whose a login code is (code2session), which phone a phone code stands for."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from services.gateway.clients.breaker import Breaker
from services.gateway.clients.wechat_token import StableToken
from services.gateway.domain.errors import WechatBusy, WechatCodeInvalid, WechatUnavailable, WechatUserBlocked
from shared.errors import Failure

TIMEOUT_SECONDS = 3.0
REST_SECONDS = 5.0
TOKEN_REFUSED = frozenset({40001, 40014, 42001})
"""WeChat's codes for an access token that is wrong or has run out."""

# WeChat wants secret and code in the query, and httpx logs every address at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)


class WeChat:
    """`appid` and `secret` are the mini-program's. The openid goes to the caller only; the session_key is dropped.

    While WeChat does not answer, it is asked no more: every call is refused at once, and one in five seconds probes.
    """

    def __init__(
        self,
        base_url: str,
        appid: str,
        secret: str,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._appid = appid
        self._secret = secret
        self._client = httpx.AsyncClient(base_url=base_url, transport=transport, timeout=TIMEOUT_SECONDS)
        self._clock = clock
        self._breaker = Breaker(rest=REST_SECONDS)
        self._token = StableToken(self._fetch_token, clock)

    async def openid_of(self, code: str) -> str:
        """Raises WechatCodeInvalid, WechatUserBlocked, WechatBusy, WechatUnavailable."""
        query = {
            "appid": self._appid,
            "secret": self._secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        answer = await self._ask("GET", "/sns/jscode2session", query)
        _raise_for(answer)
        return _text(answer, "openid")

    async def phone_of(self, phone_code: str) -> str:
        """The phone number, without the country's prefix, that the user showed the mini-program (getPhoneNumber).

        An access token that WeChat does not take any more is replaced once. Raises as `openid_of`.
        """
        token = await self._token.current()
        answer = await self._ask_for_phone(token, phone_code)
        if answer.get("errcode") in TOKEN_REFUSED:
            answer = await self._ask_for_phone(await self._token.after(token), phone_code)
        _raise_for(answer)
        shown = answer.get("phone_info")
        return _text(shown if isinstance(shown, dict) else {}, "purePhoneNumber")

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _ask_for_phone(self, token: str, phone_code: str) -> Mapping[str, Any]:
        query, body = {"access_token": token}, {"code": phone_code}
        return await self._ask("POST", "/wxa/business/getuserphonenumber", query, body)

    async def _fetch_token(self) -> tuple[str, float]:
        body = {"grant_type": "client_credential", "appid": self._appid, "secret": self._secret}
        answer = await self._ask("POST", "/cgi-bin/stable_token", {}, body)
        _raise_for(answer)
        lives = answer.get("expires_in")
        if not isinstance(lives, int):
            raise WechatUnavailable(retry_after=5)
        return _text(answer, "access_token"), float(lives)

    async def _ask(
        self, method: str, path: str, query: Mapping[str, str], body: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        """WeChat's answer, whatever it says. Raises WechatUnavailable where there is none that can be read."""
        if not self._appid:
            raise WechatUnavailable(retry_after=60)
        if not self._breaker.allows(self._clock()):
            raise WechatUnavailable(retry_after=int(REST_SECONDS))
        try:
            reply = await self._client.request(method, path, params=query, json=body)
            reply.raise_for_status()
            answer = reply.json()
        except (httpx.HTTPError, ValueError):
            self._breaker.failed(self._clock())
            # The failure's own text holds the address, secret and code included.
            raise WechatUnavailable(retry_after=5) from None
        except BaseException:
            self._breaker.abandoned()
            raise
        self._breaker.succeeded()
        if not isinstance(answer, dict):
            raise WechatUnavailable(retry_after=5)
        return answer


def _text(answer: Mapping[str, Any], name: str) -> str:
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise WechatUnavailable(retry_after=5)
    return found


def _raise_for(answer: Mapping[str, Any]) -> None:
    if error := answer.get("errcode", 0):
        raise _failure(error)


def _failure(error: Any) -> Failure:
    """40029 a wrong code, 40163 a used one, 40226 a user at risk, 45011 too often, -1 WeChat itself is busy."""
    if error in {40029, 40163}:
        return WechatCodeInvalid()
    if error == 40226:
        return WechatUserBlocked()
    if error in {45011, -1}:
        return WechatBusy(retry_after=10)
    return WechatUnavailable(retry_after=30)
