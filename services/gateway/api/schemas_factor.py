"""Shapes of the second factor and of invitations."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.gateway.api.schemas import BEARER, Device, Password, SecondFactor
from shared.web.fields import Input, Output, Timestamp


class SecondFactorOut(Output):
    enrolled: bool
    confirmed_at: Timestamp | None
    recovery_codes_left: int


class EnrolmentOut(Output):
    secret: str = Field(description="to be typed into an authenticator", examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])
    uri: str = Field(description="what the QR code holds", examples=["otpauth://totp/..."])


class FirstCodeIn(Input):
    code: Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{6}$")] = Field(examples=["123456"])


class RecoveryCodesOut(Output):
    recovery_codes: list[str] = Field(description="each opens one login; shown this once")


class StepUpIn(Input):
    second_factor: SecondFactor


class AccessOut(Output):
    access_token: str = Field(description="of the same session, roles and end as the one that asked")
    token_type: Literal["Bearer"] = BEARER
    expires_in: int = Field(description="seconds that the access token lives", examples=[840])


class InvitationIn(Input):
    invitation: Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9_-]{1,128}$")]
    password: Password
    device: Device = None
