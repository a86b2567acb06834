"""Shapes of what the gateway itself answers to partners."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.web.fields import Id, Input, Output, ShortText


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
    signs_from: datetime | None = Field(description="answers are signed with it from then on; null: from the beginning")
    until: datetime | None = Field(description="it is shown, and answers may be checked by it, until then")


class AnswerKeysOut(Output):
    keys: list[AnswerKeyOut]


# The sandbox takes what the credit service takes; a test holds the two alike.
class SandboxQueryIn(Input):
    household_id: Id | None = None
    id_number: Annotated[str, StringConstraints(strict=True, min_length=15, max_length=32)] | None = None
    consent_id: Id
    purpose: Literal["loan_review", "post_loan", "objection"]
    reference: Annotated[
        str, StringConstraints(strict=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")
    ]


class SandboxQueriesIn(Input):
    queries: list[SandboxQueryIn] = Field(min_length=1, max_length=1000)
