"""Log in, stay logged in, log out, who am I.

These POSTs carry no Idempotency-Key: each is safe to send again by itself. They keep transactions of their own (see
`Desk`), so the route opens none: `@looks_up`.
"""

from datetime import UTC, datetime

from fastapi import Request

from services.gateway.api.deps import Hands, origin_of
from services.gateway.api.schemas import (
    DeviceOut,
    DevicesOut,
    GrantOut,
    MeOut,
    PasswordIn,
    RefreshIn,
    TokensOut,
    WechatBindingIn,
    WechatIn,
)
from services.gateway.storage.session_repository import OpenSession
from services.gateway.use_cases.bind_wechat import Claim, bind_wechat
from services.gateway.use_cases.log_in_with_password import log_in_with_password
from services.gateway.use_cases.log_in_with_wechat import log_in_with_wechat
from services.gateway.use_cases.log_out import log_out
from services.gateway.use_cases.own_devices import own_devices, sign_out_device
from services.gateway.use_cases.refresh_session import refresh_session
from services.gateway.use_cases.token_mint import session_of
from shared.web.context import Who
from shared.web.fields import Id
from shared.web.route import looks_up, public
from shared.web.service_app import strict_router

router = strict_router(tags=["identity"])


@router.post("/v1/auth/password")
@public
@looks_up
async def log_in(body: PasswordIn, request: Request, rooms: Hands) -> TokensOut:
    origin = origin_of(request, body.device)
    tokens = await log_in_with_password(rooms.desk, body.username, body.password, origin, body.second_factor)
    return TokensOut.model_validate(tokens, from_attributes=True)


@router.post("/v1/auth/wechat")
@public
@looks_up
async def log_in_by_wechat(body: WechatIn, request: Request, rooms: Hands) -> TokensOut:
    origin = origin_of(request, body.device)
    tokens = await log_in_with_wechat(rooms.desk, rooms.wechat, body.code, origin)
    return TokensOut.model_validate(tokens, from_attributes=True)


@router.post("/v1/auth/wechat/binding")
@public
@looks_up
async def bind_own_wechat(body: WechatBindingIn, request: Request, rooms: Hands) -> TokensOut:
    origin = origin_of(request, body.device)
    claim = Claim(body.code, body.phone_code, body.id_number)
    tokens = await bind_wechat(rooms.desk, rooms.wechat, rooms.households.find_person, claim, origin)
    return TokensOut.model_validate(tokens, from_attributes=True)


@router.post("/v1/auth/refresh")
@public
@looks_up
async def refresh_tokens(body: RefreshIn, request: Request, rooms: Hands) -> TokensOut:
    origin = origin_of(request, body.device)
    tokens = await refresh_session(rooms.desk, body.refresh_token, origin)
    return TokensOut.model_validate(tokens, from_attributes=True)


@router.post("/v1/auth/logout", status_code=204)
@looks_up
async def sign_out(who: Who, rooms: Hands) -> None:
    await log_out(rooms.desk, who)


@router.get("/v1/me")
async def read_me(who: Who) -> MeOut:
    return MeOut(
        user_id=who.subject,
        name=who.name,
        roles=[GrantOut(role=role, regions=list(codes)) for role, codes in sorted(who.scopes.items())],
        household_id=who.household_id,
        cadre_id=who.cadre_id,
        session_id=session_of(who.token_id),
        token_expires_at=datetime.fromtimestamp(who.expires_at, UTC),
    )


@router.get("/v1/me/devices")
async def list_own_devices(who: Who, rooms: Hands) -> DevicesOut:
    found = await own_devices(rooms.desk, who)
    return DevicesOut(items=[_device(one, session_of(who.token_id)) for one in found])


@router.post("/v1/me/devices/{session_id}/sign-out", status_code=204)
@looks_up
async def sign_out_own_device(session_id: Id, who: Who, rooms: Hands) -> None:
    await sign_out_device(rooms.desk, who, session_id)


def _device(one: OpenSession, current: str) -> DeviceOut:
    return DeviceOut.model_validate(
        {
            "session_id": str(one.session_id),
            "device": one.device,
            "method": one.method,
            "since": one.created_at,
            "last_used_at": one.used_at,
            "current": str(one.session_id) == current,
        }
    )
