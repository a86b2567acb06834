"""Shapes of the gateway's own API."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.web.fields import Input, Output, ShortText, Timestamp

BEARER: Literal["Bearer"] = "Bearer"
Device = Annotated[
    ShortText | None,
    Field(description="what this device calls itself; the same at login and refresh. Unset: the User-Agent"),
]


Password = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=256)]
SecondFactor = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^([0-9]{6}|[0-9A-Za-z]{5}[- ]?[0-9A-Za-z]{5})$"),
    Field(description="the authenticator's six digits, or a recovery code", examples=["123456"]),
]


class PasswordIn(Input):
    username: ShortText = Field(examples=["tongjiang-clerk"])
    password: Password
    second_factor: SecondFactor | None = Field(None, description="where the user has set one up")
    device: Device = None


WechatCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9_-]{1,128}$")]


class WechatIn(Input):
    code: WechatCode = Field(description="what wx.login gave")
    device: Device = None


class WechatBindingIn(Input):
    code: WechatCode = Field(description="what wx.login gave, anew")
    phone_code: WechatCode = Field(description="what the button of getPhoneNumber gave")
    id_number: Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{17}[0-9Xx]$")] = Field(
        description="the person's own resident ID number", examples=["511921199001011234"]
    )
    device: Device = None


class RefreshIn(Input):
    # Room for an access token sent by mistake: the refusal then says that it is none, and not that it is long.
    refresh_token: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=4096)]
    device: Device = None


class TokensOut(Output):
    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = BEARER
    expires_in: int = Field(description="seconds that the access token lives", examples=[900])


class PartnerTokenOut(Output):
    access_token: str
    token_type: Literal["Bearer"] = BEARER
    expires_in: int = Field(examples=[300])


class GrantOut(Output):
    role: str = Field(examples=["county_official"])
    regions: list[str] = Field(examples=[["511921"]])


class MeOut(Output):
    user_id: str
    name: str
    roles: list[GrantOut]
    household_id: str | None
    cadre_id: str | None
    session_id: str
    token_expires_at: Timestamp


class DeviceOut(Output):
    session_id: str
    device: str = Field(description="what it calls itself, else its User-Agent")
    method: Literal["password", "wechat"]
    since: Timestamp
    last_used_at: Timestamp
    current: bool = Field(description="the device that asks")


class DevicesOut(Output):
    items: list[DeviceOut]
