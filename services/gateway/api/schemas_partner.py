"""Shapes of what the gateway itself answers to partners."""

from typing import Literal

from pydantic import Field

from shared.web.fields import Input, Output, ShortText


class SelfTestIn(Input):
    """Any text: there has to be a body to sign."""

    text: ShortText = Field(examples=["你好"])


class FindingOut(Output):
    part: str = Field(examples=["content-digest"])
    code: str = Field(examples=["does_not_fit"])
    message: str = Field(examples=["内容摘要与收到的正文不符。"])


class SignatureOut(Output):
    required: bool
    scheme: Literal["none", "rfc9421", "sm2-sm3"]
    holds: bool
    key_id: str | None = Field(description="the key by which it was checked")
    findings: list[FindingOut]
    signed_text: str = Field(description="what we would have signed; the token and the body are left out")


class SelfTestOut(Output):
    """Every part of the request's signature that is wrong. `text` comes back as it came."""

    client_id: str
    status: Literal["active", "sandbox"]
    text: str
    signature: SignatureOut


class AnswerKeyOut(Output):
    kid: str
    scheme: Literal["rfc9421", "sm2-sm3"]
    public_pem: str


class AnswerKeysOut(Output):
    keys: list[AnswerKeyOut]
