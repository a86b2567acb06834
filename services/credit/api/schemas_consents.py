"""Shapes of consents: given, listed, taken back."""

from typing import Literal

from pydantic import Field

from services.credit.api.schemas import Purpose
from shared.web.fields import Id, Input, IsoDate, Output, ShortText, Timestamp, YesNo

ConsentField = Literal["grade", "validity", "reasons", "use_of_money"]


class ConsentIn(Input):
    consent_id: Id | None = None
    household_id: Id
    partner_id: ShortText
    purposes: list[Purpose] = Field(min_length=1, max_length=3)
    fields: list[ConsentField] = Field(min_length=1, max_length=4)
    valid_from: IsoDate
    valid_to: IsoDate
    written: YesNo = Field(description="书面同意：已说明不利后果")
    given_through: Literal["phone", "assisted"] = "phone"
    witness: ShortText | None = None


class WithdrawIn(Input):
    """`witness`: who was there when the household had somebody else do it."""

    witness: ShortText | None = None


class ConsentOut(Output):
    consent_id: Id
    household_id: Id
    partner_id: str
    purposes: list[str]
    fields: list[str]
    valid_from: IsoDate
    valid_to: IsoDate
    written: bool
    given_through: str
    witness: str | None
    given_at: Timestamp
    withdrawn_at: Timestamp | None


class ConsentsOut(Output):
    items: list[ConsentOut]
