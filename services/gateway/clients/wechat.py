"""Asks WeChat whose a mini-program's login code is (code2session)."""

import logging
from typing import Any

import httpx

from services.gateway.domain.errors import WechatBusy, WechatCodeInvalid, WechatUnavailable, WechatUserBlocked
from shared.errors import Failure

TIMEOUT_SECONDS = 3.0

# WeChat wants secret and code in the query, and httpx logs every address at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)


class WeChat:
    """`appid` and `secret` are the mini-program's. The openid goes to the caller only; the session_key is dropped."""

    def __init__(
        self, base_url: str, appid: str, secret: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._appid = appid
        self._secret = secret
        self._client = httpx.AsyncClient(base_url=base_url, transport=transport, timeout=TIMEOUT_SECONDS)

    async def openid_of(self, code: str) -> str:
        """Raises WechatCodeInvalid, WechatUserBlocked, WechatBusy, WechatUnavailable."""
        if not self._appid:
            raise WechatUnavailable(retry_after=60)
        query = {
            "appid": self._appid,
            "secret": self._secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        try:
            reply = await self._client.get("/sns/jscode2session", params=query)
            reply.raise_for_status()
            answer = reply.json()
        except (httpx.HTTPError, ValueError):
            # The failure's own text holds the address, secret and code included.
            raise WechatUnavailable(retry_after=5) from None
        return _openid(answer)

    async def aclose(self) -> None:
        await self._client.aclose()


def _openid(answer: Any) -> str:
    if not isinstance(answer, dict):
        raise WechatUnavailable(retry_after=5)
    error = answer.get("errcode", 0)
    if error:
        raise _failure(error)
    openid = answer.get("openid")
    if not isinstance(openid, str) or not openid:
        raise WechatUnavailable(retry_after=5)
    return openid


def _failure(error: Any) -> Failure:
    """40029 a wrong code, 40163 a used one, 40226 a user at risk, 45011 too often, -1 WeChat itself is busy."""
    if error in {40029, 40163}:
        return WechatCodeInvalid()
    if error == 40226:
        return WechatUserBlocked()
    if error in {45011, -1}:
        return WechatBusy(retry_after=10)
    return WechatUnavailable(retry_after=30)
