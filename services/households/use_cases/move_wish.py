"""Somebody takes a wish a step on: publishes, lets go, delivers, confirms, closes, withdraws."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.households.domain.wish import CLAIMED, DELIVERED, DONOR, OFFICIAL, Wish
from services.households.domain.wish_errors import ClaimNamesOther, ClaimsTooMany
from services.households.domain.wish_life import Step, claim_wish, take_step
from services.households.domain.wish_payment import Payment, holders_payer, left_cents, require_payment
from services.households.domain.wish_policy import WishPolicy, policy_on
from services.households.storage.wish_repository import add_payment, claims_standing, hold_holder, payments_of
from services.households.use_cases.see_wish import proofs_of
from services.households.use_cases.write_wish import WishDesk
from shared.auth import Principal
from shared.clock import day_of
from shared.files import FileBook
from shared.ids import new_id


async def move_wish(
    desk: WishDesk, files: FileBook, who: Principal, wish_id: UUID, step: Step, file_ids: Sequence[UUID] = ()
) -> Wish:
    """A delivery is proven by files that its holder uploaded; what nobody has paid yet becomes the holder's share.

    Raises WishNotFound, FileNotYours and what `wish_life.take_step` refuses.
    """
    wish = await desk.begin(wish_id)
    actor = await desk.actor(who, wish)
    after = take_step(wish, replace(step, proofs=len(file_ids)), actor, desk.now)
    if file_ids:
        await files.attach(desk.connection, file_ids, **proofs_of(wish), by=who.subject)
    if step.to == DELIVERED and after.claim is not None:
        left = left_cents(after, await payments_of(desk.connection, after))
        if left:
            share = Payment(new_id(), after.claim.claim_id, holders_payer(after), left, who.subject, who.name, desk.now)
            await add_payment(desk.connection, after, share)
    await desk.end(after, step.to, actor, step.reason)
    return after


async def claim_a_wish(
    desk: WishDesk, policies: tuple[WishPolicy, ...], who: Principal, wish_id: UUID, behalf: str | None
) -> Wish:
    """One holder at a time, for as long as the policy says; an official may hold it for a donor who is not here.

    Raises WishNotFound, WishClaimed, WishStepNotAllowed, WishStepNotYours, ClaimsTooMany, ClaimNamesOther.
    """
    wish = await desk.begin(wish_id)
    actor = await desk.actor(who, wish)
    if behalf is not None and actor.role != OFFICIAL:
        raise ClaimNamesOther
    policy = policy_on(policies, day_of(desk.now))
    after = claim_wish(wish, actor, new_id(), policy.held, desk.now, behalf)
    if actor.role == DONOR:
        await hold_holder(desk.connection, who.subject)
        if await claims_standing(desk.connection, who.subject, desk.now) >= policy.claims_at_once:
            raise ClaimsTooMany(most=policy.claims_at_once)
    await desk.end(after, CLAIMED, actor)
    return after


async def pay_wish(desk: WishDesk, who: Principal, wish_id: UUID, payer: str, amount_cents: int) -> Wish:
    """Never above what is left. Raises WishNotFound and what `wish_payment.require_payment` refuses."""
    wish = await desk.begin(wish_id)
    actor = await desk.actor(who, wish)
    require_payment(wish, actor, payer, amount_cents, await payments_of(desk.connection, wish))
    if wish.claim is None:
        raise ValueError("a claimed wish has a claim")
    payment = Payment(new_id(), wish.claim.claim_id, payer, amount_cents, who.subject, who.name, desk.now)
    await add_payment(desk.connection, wish, payment)
    after = replace(wish, version=wish.version + 1)
    await desk.end(after, "paid", actor)
    return after
