"""Shapes of the needs pool (援需信息库). The public sees a need without anything that tells whose it is."""

from typing import Annotated, Literal

from pydantic import Field

from services.households.api.schemas_wish import TOWNSHIP_DIGITS, ConsentOut, WishHouseholdOut
from services.households.domain.masking import mask_name
from services.households.domain.need import Donation
from services.households.storage.need_repository import PlacedNeed
from shared.web.fields import MOST_CENTS, Id, Input, IsoDate, Output, PositiveCents, ShortText, Timestamp, Whole, YesNo

ANONYMOUS = "爱心人士"
NeedState = Literal["open", "met", "closed"]
NeedKind = Annotated[ShortText, Field(examples=["production"])]


class NeedIn(Input):
    household_id: Id
    kind: NeedKind
    words: Annotated[ShortText, Field(description="会公开：不写姓名、电话、证件号码", examples=["想养 20 只山羊"])]
    wanted_cents: PositiveCents | None = None


class ConsentIn(Input):
    """`through` and `witness` go with a consent that another writes down for the household."""

    agreed: YesNo
    through: Literal["signed", "spoken"] | None = None
    witness: ShortText | None = None


class CloseIn(Input):
    reason: ShortText


class DonationIn(Input):
    """Money, goods, or both. `donor_name` is for officials who write it down for somebody else."""

    amount_cents: Annotated[Whole, Field(ge=0, le=MOST_CENTS, description="分")] = 0
    goods: ShortText | None = None
    donor_name: ShortText | None = None
    anonymous: YesNo = False
    given_on: IsoDate


class PublicNeedOut(Output):
    need_id: Id
    kind: str
    kind_name: str
    words: str
    township_code: str
    wanted_cents: int | None
    given_cents: int
    left_cents: int | None
    donations: int
    state: NeedState


class PublicNeedsOut(Output):
    items: list[PublicNeedOut]
    next_cursor: str | None
    has_more: bool


class PublicDonationOut(Output):
    donor: str
    amount_cents: int
    goods: str | None
    given_on: IsoDate


class PublicNeedWithDonationsOut(PublicNeedOut):
    """With the newest of what was given; a donor may stay unnamed here."""

    given: list[PublicDonationOut]


class NeedOut(PublicNeedOut):
    version: int
    public: bool
    household: WishHouseholdOut
    consent: ConsentOut | None


class NeedsOut(Output):
    items: list[NeedOut]
    next_cursor: str | None
    has_more: bool


class DonationOut(Output):
    donation_id: Id
    need_id: Id
    donor_name: str
    anonymous: bool
    amount_cents: int
    goods: str | None
    given_on: IsoDate
    receipt_number: str = Field(examples=["JZ-2026-00000000BEEF"])
    recorded_by_name: str
    recorded_at: Timestamp
    received_at: Timestamp | None
    received_by_name: str | None


class DonationsOut(Output):
    items: list[DonationOut]
    next_cursor: str | None
    has_more: bool


class NeedEventOut(Output):
    version: int
    at: Timestamp
    event: str
    actor_name: str
    role: str
    note: str | None


class NeedEventsOut(Output):
    items: list[NeedEventOut]


class NeedKindOut(Output):
    code: str
    name: str


class NeedKindsOut(Output):
    items: list[NeedKindOut]


def public_out(placed: PlacedNeed, kinds: dict[str, str]) -> PublicNeedOut:
    need = placed.need
    return PublicNeedOut(
        need_id=need.need_id,
        kind=need.kind,
        kind_name=kinds[need.kind],
        words=need.words,
        township_code=placed.village_code[:TOWNSHIP_DIGITS],
        wanted_cents=need.wanted_cents,
        given_cents=need.given_cents,
        left_cents=need.left_cents,
        donations=need.donations,
        state=need.state,
    )


def need_out(placed: PlacedNeed, kinds: dict[str, str]) -> NeedOut:
    need = placed.need
    household = WishHouseholdOut(
        household_id=need.household_id, village_code=placed.village_code, head_name=mask_name(placed.head_name)
    )
    consent = ConsentOut.model_validate(need.consent, from_attributes=True) if need.consent else None
    return NeedOut(
        **dict(public_out(placed, kinds)),
        version=need.version,
        public=need.public,
        household=household,
        consent=consent,
    )


def public_donation_out(donation: Donation) -> PublicDonationOut:
    return PublicDonationOut(
        donor=ANONYMOUS if donation.anonymous else donation.donor_name,
        amount_cents=donation.amount_cents,
        goods=donation.goods,
        given_on=donation.given_on,
    )


def donation_out(donation: Donation) -> DonationOut:
    return DonationOut.model_validate(donation, from_attributes=True)
