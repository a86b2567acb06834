"""The second factor of whoever is logged in, and the way in by an invitation.

As in `routes_auth`, these POSTs keep transactions of their own and carry no Idempotency-Key.
"""

from uuid import UUID

from fastapi import Request

from services.gateway.api.deps import Hands, origin_of
from services.gateway.api.schemas import TokensOut
from services.gateway.api.schemas_factor import (
    AccessOut,
    EnrolmentOut,
    FirstCodeIn,
    InvitationIn,
    RecoveryCodesOut,
    SecondFactorOut,
    StepUpIn,
)
from services.gateway.api.step_up import StepUp
from services.gateway.use_cases.check_second_factor import step_up
from services.gateway.use_cases.enrol_second_factor import begin_enrolment, confirm_enrolment, second_factor_of
from services.gateway.use_cases.invite_user import accept_invitation
from shared.web.context import Who
from shared.web.route import looks_up, public
from shared.web.service_app import strict_router

router = strict_router(tags=["identity"])


@router.post("/v1/auth/invitations/accept")
@public
@looks_up
async def accept_own_invitation(body: InvitationIn, request: Request, rooms: Hands) -> TokensOut:
    origin = origin_of(request, body.device)
    tokens = await accept_invitation(rooms.desk, body.invitation, body.password, origin)
    return TokensOut.model_validate(tokens, from_attributes=True)


@router.get("/v1/me/second-factor")
async def read_own_second_factor(who: Who, rooms: Hands) -> SecondFactorOut:
    standing = await second_factor_of(rooms.desk, UUID(who.subject))
    return SecondFactorOut.model_validate(standing, from_attributes=True)


@router.post("/v1/me/second-factor")
@looks_up
async def begin_own_second_factor(who: Who, rooms: Hands) -> EnrolmentOut:
    """One that counts already is replaced only by somebody who has it at hand, whatever the role."""
    if (await second_factor_of(rooms.desk, UUID(who.subject))).enrolled:
        StepUp(who.roles, rooms.desk.clock).check(who)
    return EnrolmentOut.model_validate(await begin_enrolment(rooms.desk, UUID(who.subject)), from_attributes=True)


@router.post("/v1/me/second-factor/confirm")
@looks_up
async def confirm_own_second_factor(body: FirstCodeIn, request: Request, who: Who, rooms: Hands) -> RecoveryCodesOut:
    codes = await confirm_enrolment(rooms.desk, UUID(who.subject), body.code, origin_of(request, None))
    return RecoveryCodesOut(recovery_codes=codes)


@router.post("/v1/me/step-up")
@looks_up
async def step_up_own_token(body: StepUpIn, request: Request, who: Who, rooms: Hands) -> AccessOut:
    await step_up(rooms.desk, UUID(who.subject), body.second_factor, origin_of(request, None))
    now = rooms.desk.clock.now()
    token = rooms.desk.mint.stepped_up(who, now)
    return AccessOut(access_token=token, expires_in=max(0, who.expires_at - int(now.timestamp())))
