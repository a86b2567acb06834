"""Shapes of the wishes API (微心愿). What a donor may not see is null."""

from typing import Annotated, Literal

from pydantic import Field

from services.households.domain.masking import mask_name
from services.households.domain.wish import Claim, Consent
from services.households.domain.wish_life import Step
from services.households.domain.wish_payment import Payment
from services.households.domain.wish_policy import WishPolicy
from services.households.storage.care_history import CareEvent
from services.households.storage.wish_repository import PlacedWish
from services.households.use_cases.see_wish import WishView
from shared.files import KeptFile
from shared.web.fields import Id, Input, LongText, Output, PositiveCents, ShortText, Timestamp

TOWNSHIP_DIGITS = 9
WishState = Literal["recorded", "open", "claimed", "delivered", "confirmed", "closed", "withdrawn"]
KindCode = Annotated[ShortText, Field(examples=["school_supplies"])]


class WishIn(Input):
    household_id: Id
    kind: KindCode
    need: ShortText = Field(description="会公开：不写姓名、电话、证件号码", examples=["一盏学习用的台灯"])
    amount_cents: PositiveCents


class WishStepIn(Input):
    """`through` and `witness` go with a consent that is not the household's own click; `file_ids` with a delivery."""

    to: Literal["open", "recorded", "delivered", "confirmed", "closed", "withdrawn"]
    reason: ShortText | None = None
    thanks: LongText | None = None
    through: Literal["signed", "spoken"] | None = None
    witness: ShortText | None = None
    file_ids: list[Id] = Field(default=[], max_length=10)

    def step(self) -> Step:
        return Step(self.to, self.reason, self.thanks, self.through, self.witness)


class ClaimIn(Input):
    behalf: ShortText | None = Field(default=None, description="工作人员代哪位爱心人士或企业认领")


class PaymentIn(Input):
    payer: Literal["household", "helper", "donor", "unit"]
    amount_cents: PositiveCents


class WishKindOut(Output):
    code: str
    name: str


class WishClassOut(Output):
    code: str
    name: str
    kinds: list[WishKindOut]


class WishPolicyOut(Output):
    version: str
    hours_held: int
    wishes_per_household_and_year: int
    most_amount_cents: int
    claims_at_once_per_donor: int
    classes: list[WishClassOut]


class WishHouseholdOut(Output):
    household_id: Id
    village_code: str
    head_name: str = Field(examples=["李**"])


class WishLineOut(Output):
    wish_id: Id
    version: int
    state: WishState
    kind: str
    kind_name: str
    class_code: str
    class_name: str
    need: str
    amount_cents: int
    township_code: str
    held_until: Timestamp | None
    mine: bool
    household: WishHouseholdOut | None


class WishLinesOut(Output):
    items: list[WishLineOut]
    next_cursor: str | None
    has_more: bool


class HolderOut(Output):
    name: str
    role: str
    behalf: str | None


class ConsentOut(Output):
    at: Timestamp
    by_name: str
    through: str
    witness: str | None


class DeliveryOut(Output):
    """For the holder alone, until the delivery is confirmed."""

    head_name: str = Field(description="says so where the household has closed since")
    village_name: str
    group_name: str | None
    helper_name: str | None


class PaymentOut(Output):
    """`returned`: made under a claim that ended, so it counts no more."""

    payment_id: Id
    payer: str
    amount_cents: int
    by_name: str
    at: Timestamp
    returned: bool


class FileOut(Output):
    file_id: Id
    kind: str = Field(examples=["image/jpeg"])
    size: int
    sha256: str
    at: Timestamp


class WishOut(WishLineOut):
    allowed: list[str] = Field(description="您现在可以办的下一步")
    left_cents: int | None
    holder: HolderOut | None
    consent: ConsentOut | None
    delivered_at: Timestamp | None
    thanks: str | None
    delivery: DeliveryOut | None
    payments: list[PaymentOut]
    files: list[FileOut]


class WishEventOut(Output):
    version: int
    at: Timestamp
    event: str
    state: str
    actor_name: str
    role: str
    note: str | None


class WishEventsOut(Output):
    items: list[WishEventOut]


def policy_out(policy: WishPolicy) -> WishPolicyOut:
    classes: dict[str, WishClassOut] = {}
    for kind in policy.kinds.values():
        of_class = classes.setdefault(
            kind.class_code, WishClassOut(code=kind.class_code, name=kind.class_name, kinds=[])
        )
        of_class.kinds.append(WishKindOut(code=kind.code, name=kind.name))
    return WishPolicyOut(
        version=policy.version,
        hours_held=int(policy.held.total_seconds()) // 3600,
        wishes_per_household_and_year=policy.per_year,
        most_amount_cents=policy.most_amount_cents,
        claims_at_once_per_donor=policy.claims_at_once,
        classes=list(classes.values()),
    )


def line_out(placed: PlacedWish, policy: WishPolicy, subject: str, *, near: bool) -> WishLineOut:
    """`placed` is as of now; `policy` is the one that the wish was made under."""
    wish, kind = placed.wish, policy.kind(placed.wish.kind)
    household = WishHouseholdOut(
        household_id=wish.household_id, village_code=placed.village_code, head_name=mask_name(placed.head_name)
    )
    return WishLineOut(
        wish_id=wish.wish_id,
        version=wish.version,
        state=wish.state,
        kind=kind.code,
        kind_name=kind.name,
        class_code=kind.class_code,
        class_name=kind.class_name,
        need=wish.need,
        amount_cents=wish.amount_cents,
        township_code=placed.village_code[:TOWNSHIP_DIGITS],
        held_until=wish.claim.until if wish.claim else None,
        mine=wish.held_by(subject),
        household=household if near else None,
    )


def wish_out(view: WishView, policy: WishPolicy) -> WishOut:
    wish, near = view.wish, view.near
    involved = near or view.mine
    claim_id = wish.claim.claim_id if wish.claim else None
    return WishOut(
        **dict(line_out(view.placed, policy, view.subject, near=near)),
        allowed=view.allowed,
        left_cents=view.left_cents if involved else None,
        holder=_holder_out(wish.claim) if involved else None,
        consent=_consent_out(wish.consent) if near else None,
        delivered_at=wish.delivered_at if involved else None,
        thanks=wish.thanks if involved else None,
        delivery=DeliveryOut.model_validate(view.delivery, from_attributes=True) if view.delivery else None,
        payments=[_payment_out(payment, returned=payment.claim_id != claim_id) for payment in view.payments],
        files=[file_out(file) for file in view.files],
    )


def event_out(event: CareEvent) -> WishEventOut:
    return WishEventOut.model_validate(event, from_attributes=True)


def file_out(file: KeptFile) -> FileOut:
    return FileOut.model_validate(file, from_attributes=True)


def _holder_out(claim: Claim | None) -> HolderOut | None:
    return HolderOut(name=claim.holder_name, role=claim.holder_role, behalf=claim.behalf) if claim else None


def _consent_out(consent: Consent | None) -> ConsentOut | None:
    return ConsentOut.model_validate(consent, from_attributes=True) if consent else None


def _payment_out(payment: Payment, *, returned: bool) -> PaymentOut:
    return PaymentOut(
        payment_id=payment.payment_id,
        payer=payment.payer,
        amount_cents=payment.amount_cents,
        by_name=payment.by_name,
        at=payment.at,
        returned=returned,
    )
