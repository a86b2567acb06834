"""A villager logs in through the mini-program."""

from services.gateway.clients.wechat import WeChat
from services.gateway.domain.errors import WechatNotBound
from services.gateway.storage.user_repository import find_by_openid
from services.gateway.use_cases.desk import Desk, Origin, Tokens
from services.gateway.use_cases.open_session import open_session


async def log_in_with_wechat(desk: Desk, wechat: WeChat, code: str, origin: Origin) -> Tokens:
    """WeChat says whose the code is; the openid stays here.

    Raises WechatCodeInvalid, WechatUserBlocked, WechatBusy, WechatUnavailable, WechatNotBound.
    """
    openid = await wechat.openid_of(code)
    async with desk.database.transaction() as connection:
        user = await find_by_openid(connection, openid)
        if user is None or not user.active:
            raise WechatNotBound
        return await open_session(connection, desk, user, origin, method="wechat")
